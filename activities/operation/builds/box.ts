// SPDX-License-Identifier: Apache-2.0
// Builds the tables of a box: install, plan, drift, upgrade, renewal, dumps, removal.
import type {
  BoxSpec,
  InstallBoxInput,
  NamedBoxInput,
  RestoreBoxInput,
} from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import {
  databasesLeft,
  lossesOf,
  upgradeIssues,
  type StandingBox,
} from '../../../workflows/contracts/box/standing-box.ts';
import type { CompiledStep } from '../../../workflows/contracts/run/table.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { destroyBoxSteps } from '../../../workflows/operations/destroy-box/steps.ts';
import { dumpBoxSteps } from '../../../workflows/operations/dump-box/steps.ts';
import { installBoxSteps } from '../../../workflows/operations/install-box/steps.ts';
import { migrateNovaSteps } from '../../../workflows/operations/migrate-nova/steps.ts';
import { renewCertificatesSteps } from '../../../workflows/operations/renew-certificates/steps.ts';
import { restoreBoxSteps, restoreNovaSteps } from '../../../workflows/operations/restore-box/steps.ts';
import { startBoxSteps } from '../../../workflows/operations/start-box/steps.ts';
import { stopBoxSteps } from '../../../workflows/operations/stop-box/steps.ts';
import { planUpdateSteps } from '../../../workflows/operations/update-box/steps.ts';
import { upgradeBoxSteps } from '../../../workflows/operations/upgrade-box/steps.ts';
import { profiles } from '../../../profiles/index.ts';
import type { OwnFile } from '../../clients/state/own-files.ts';
import { recordedMirror } from '../../clients/state/recorded-mirrors.ts';
import { readWantedSpec, recordedSpec as readSpec } from '../../clients/state/recorded-specs.ts';
import { recordedImage, suiteOf } from '../../hosts/box-image.ts';
import { invalid } from '../inputs.ts';
import { accept, digest, factsOf, recordedSpec, requireNamedRevision, toldOf, type Build } from './build.ts';

/** Of a box that is recorded: the steps of its spec. */
export const ofRecordedBox =
  (stepsOf: (spec: BoxSpec, stateDirectory: string) => Promise<CompiledStep[]>): Build<NamedBoxInput> =>
  async ({ name, takeOver, scheduled }, stateDirectory) => {
    const spec = await recordedSpec(stateDirectory, name);
    return {
      subject: name,
      scheduled,
      steps: await stepsOf(spec, stateDirectory),
      lease: name,
      takeOver,
      input: spec,
      notify: toldOf(spec),
    };
  };

/** Of a dump of a recorded box. */
const ofDump =
  (stepsOf: typeof restoreBoxSteps): Build<RestoreBoxInput> =>
  async ({ name, takeOver, dump }, stateDirectory) => {
    const spec = await recordedSpec(stateDirectory, name);
    const steps = stepsOf(spec, dump, await factsOf(spec, stateDirectory));
    return { subject: name, steps, lease: name, takeOver, input: { name, dump }, notify: toldOf(spec) };
  };

/** From the release that the box stands on to the spec's. */
const ofUpgrade: Build<InstallBoxInput> = async (input, stateDirectory) => {
  const { takeOver } = input;
  const { spec, notify } = await wantedSpec(input, stateDirectory);
  const { name } = spec;
  const standing = await standingBox(name, stateDirectory);
  if (standing === null) throw invalid([{ path: 'name', message: `There is no box ${name} to upgrade` }]);
  const left = databasesLeft(standing.spec, profiles[spec.release].drivers);
  const issues = [...upgradeIssues(spec, standing.spec), ...left];
  if (issues.length > 0) throw invalid(issues);
  await requireNamedRevision(spec, stateDirectory);
  const before = { spec: standing.spec, facts: await factsOf(standing.spec, stateDirectory) };
  const facts = await factsOf(spec, stateDirectory);
  const installed = installBoxSteps(spec, facts);
  const migrated = spec.services.includes('compute') ? migrateNovaSteps(spec, installed, facts) : [];
  const steps = upgradeBoxSteps({ spec, facts }, before, { installed, migrated });
  return { subject: name, steps, lease: name, takeOver, input: spec, notify };
};

const ofInstall: Build<InstallBoxInput> = async (input, stateDirectory) => {
  const { spec, notify } = await wantedSpec(input, stateDirectory);
  await refuseLosses(spec, stateDirectory);
  await requireNamedRevision(spec, stateDirectory);
  const { name } = spec;
  const steps = await installSteps(spec, stateDirectory, input.base);
  // An open run has its input for good; another try meets the same.
  const correctedBy = 'holdfast box install FILE --replace';
  return { subject: name, steps, lease: name, takeOver: input.takeOver, input: spec, notify, correctedBy };
};

const ofPlan: Build<InstallBoxInput> = async (input, stateDirectory) => {
  const { spec } = await wantedSpec(input, stateDirectory);
  await refuseLosses(spec, stateDirectory);
  await requireNamedRevision(spec, stateDirectory);
  return {
    subject: spec.name,
    steps: await installSteps(spec, stateDirectory),
    lease: null,
    takeOver: false,
    input: spec,
  };
};

const ofDrift: Build<NamedBoxInput> = async ({ name, scheduled }, stateDirectory) => {
  const spec = await recordedSpec(stateDirectory, name);
  const steps = scheduled
    ? await installSteps(spec, stateDirectory)
    : await withUpdates(spec, stateDirectory);
  // Interactive drift prints its result; only scheduled runs notify.
  const notify = scheduled ? toldOf(spec) : undefined;
  return { subject: name, steps, lease: name, takeOver: false, input: spec, whenDiffers: 'notify', notify };
};

/** Scheduled reports of updates notify by themselves, less often than a drift looks. */
async function withUpdates(spec: BoxSpec, stateDirectory: string): Promise<CompiledStep[]> {
  const installed = await installSteps(spec, stateDirectory);
  return [...installed, ...planUpdateSteps(spec, await factsOf(spec, stateDirectory), installed)];
}

const ofDestroy: Build<NamedBoxInput> = async ({ name, takeOver }, stateDirectory) => {
  if ((await recordedMirror(stateDirectory, name)) !== null) {
    const message = `${name} is the name of a mirror; next: holdfast mirrors destroy ${name}`;
    throw invalid([{ path: 'name', message }]);
  }
  // A record that cannot be read may hold a lock: it refuses as well, and says what to do.
  const spec = await readSpec(stateDirectory, name);
  if (spec?.deletionLock === true) {
    const message = `Box ${name} has a deletion lock; next: set deletionLock: false in its spec, then holdfast box install FILE`;
    throw invalid([{ path: 'name', message }]);
  }
  return { subject: name, steps: destroyBoxSteps(name, digest), lease: name, takeOver, input: { name } };
};

export const boxBuilds = {
  [operations.installBox.slug]: ofInstall,
  [operations.planBox.slug]: ofPlan,
  [operations.driftBox.slug]: ofDrift,
  [operations.upgradeBox.slug]: ofUpgrade,
  [operations.planUpgrade.slug]: ofUpgrade,
  [operations.renewCertificates.slug]: ofRecordedBox(async (spec, stateDirectory) =>
    renewCertificatesSteps(await installSteps(spec, stateDirectory)),
  ),
  [operations.startBox.slug]: ofRecordedBox(async (spec, stateDirectory) =>
    startBoxSteps(await installSteps(spec, stateDirectory)),
  ),
  [operations.stopBox.slug]: ofRecordedBox(async ({ name }) => stopBoxSteps(name)),
  [operations.dumpBox.slug]: ofRecordedBox(async (spec, stateDirectory) =>
    dumpBoxSteps(spec, await factsOf(spec, stateDirectory)),
  ),
  [operations.restoreBox.slug]: ofDump(restoreBoxSteps),
  [operations.restoreNova.slug]: ofDump(restoreNovaSteps),
  [operations.destroyBox.slug]: ofDestroy,
};

async function refuseLosses(spec: BoxSpec, stateDirectory: string): Promise<void> {
  const standing = await standingBox(spec.name, stateDirectory);
  const losses = standing === null ? [] : lossesOf(spec, standing);
  if (losses.length > 0) throw invalid(losses);
}

/** Null for a box that is not there. @throws Failure when a record of it cannot be read: nothing is known of its services */
async function standingBox(name: string, stateDirectory: string): Promise<StandingBox | null> {
  const image = await recordedImage(name);
  const spec = await readSpec(stateDirectory, name);
  if (image === null || spec === null) return null;
  // An image that is gone is built anew: it has no release to keep.
  const suite = await suiteOf(image).catch(() => null);
  return { spec, recordedSuite: profiles[spec.release].suite, suite };
}

/** The steps of an install on this machine; `base` as installBoxSteps has it. @throws ApplicationFailure InvalidInput without Debian sources */
export async function installSteps(
  spec: BoxSpec,
  stateDirectory: string,
  base?: string,
): Promise<CompiledStep[]> {
  return installBoxSteps(spec, await factsOf(spec, stateDirectory), base);
}

/** The spec that an input names: it was recorded where the worker's user alone writes, never by the input itself. */
async function wantedSpec({ name, specDigest }: InstallBoxInput, stateDirectory: string) {
  const wanted = { name, specDigest };
  const spec = specOrRefusal(await readWantedSpec(stateDirectory, wanted), 'specDigest');
  if (spec.name === name) return { spec, notify: toldOf(spec, wanted) };
  const message = `The recorded spec is of box ${spec.name}, not of ${name}`;
  throw invalid([{ path: 'name', message }]);
}

function specOrRefusal(file: OwnFile, path: string): BoxSpec {
  if (file.kind === 'read') return accept(parseBoxSpec(file.value));
  throw invalid([{ path, message: file.why }]);
}

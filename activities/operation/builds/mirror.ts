// SPDX-License-Identifier: Apache-2.0
// Builds the tables of a mirror: install, refresh, their plans, a change of what is mirrored, and removal.
import { hasGuests, type NamedBoxInput } from '../../../workflows/contracts/box/box-spec.ts';
import { packagesOf } from '../../../workflows/box/plan.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type {
  ChangeMirrorInput,
  InstallMirrorInput,
  MirroredBox,
  MirrorSpec,
  RollbackMirrorInput,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import {
  ansibleArgs,
  debArgs,
  gitArgs,
  ociArgs,
  pypiArgs,
  type MirrorFacts,
  type RefreshArgs,
} from '../../../workflows/box/mirror/model.ts';
import { auditArgs, decisionArgs } from '../../../workflows/box/mirror/proxy.ts';
import { auditMirrorSteps } from '../../../workflows/operations/audit-mirror/steps.ts';
import { changeMirrorSteps } from '../../../workflows/operations/change-mirror/steps.ts';
import { destroyMirrorSteps } from '../../../workflows/operations/destroy-mirror/steps.ts';
import { installMirrorSteps } from '../../../workflows/operations/install-mirror/steps.ts';
import { operations } from '../../../workflows/operations/index.ts';
import {
  planRefreshSteps,
  refreshMirrorsSteps,
} from '../../../workflows/operations/refresh-mirrors/steps.ts';
import { rollbackMirrorSteps } from '../../../workflows/operations/rollback-mirror/steps.ts';
import { mirrorProfile, profiles } from '../../../profiles/index.ts';
import { guestPackages } from '../../clients/guest/build.ts';
import { debianSources } from '../../clients/machine/debian-sources.ts';
import { pipIndex } from '../../clients/machine/pip-index.ts';
import { readWantedMirror, recordedMirror } from '../../clients/state/recorded-mirrors.ts';
import { specDigestOf } from '../../clients/state/replace-spec.ts';
import { readSpecOf } from '../../clients/state/recorded-specs.ts';
import { requireSuites, siteUserTexts, usersOfSite } from '../../clients/state/site-users.ts';
import { invalid } from '../inputs.ts';
import { accept, digest, toldOf, type Build, type Surroundings } from './build.ts';
import { unrecorded } from './recorded-subject.ts';

const ofInstall =
  (lease: (name: string) => string | null): Build<InstallMirrorInput> =>
  async (input, stateDirectory, surroundings) => {
    const spec = await wantedMirror(input, stateDirectory);
    await refuseBox(spec.name, stateDirectory);
    await refuseOtherBase(input, stateDirectory);
    await refuseLostSuites(spec, stateDirectory);
    const steps = installMirrorSteps(spec, await factsOfMirror(spec, surroundings), input.base);
    const { name } = spec;
    const notify = toldOf(spec, input);
    return { subject: name, steps, lease: lease(name), takeOver: input.takeOver, input: spec, notify };
  };

const ofRefresh: Build<NamedBoxInput> = async (
  { name, takeOver, scheduled },
  stateDirectory,
  surroundings,
) => {
  const spec = await knownMirror(name, stateDirectory);
  requireUpstream(spec);
  const steps = refreshMirrorsSteps(await refreshArgs(spec, surroundings), scheduled, decisionArgs(spec));
  return { subject: name, scheduled, steps, lease: name, takeOver, input: spec, notify: toldOf(spec) };
};

const ofRefreshPlan: Build<NamedBoxInput> = async ({ name }, stateDirectory, surroundings) => {
  const spec = await knownMirror(name, stateDirectory);
  requireUpstream(spec);
  const steps = planRefreshSteps(await refreshArgs(spec, surroundings));
  return { subject: name, steps, lease: null, takeOver: false, input: spec };
};

const ofChange: Build<ChangeMirrorInput> = async (input, stateDirectory, surroundings) => {
  const { name, base, kind, takeOver } = input;
  const spec = await wantedMirror(input, stateDirectory);
  requireUpstream(spec);
  await refuseOtherBase(input, stateDirectory);
  await refuseLostSuites(spec, stateDirectory);
  const steps = changeMirrorSteps(await refreshArgs(spec, surroundings), { spec, base, kind });
  return { subject: name, steps, lease: name, takeOver, input: spec, notify: toldOf(spec) };
};

const ofAudit: Build<NamedBoxInput> = async ({ name, scheduled }, stateDirectory) => {
  const spec = await knownMirror(name, stateDirectory);
  if (spec.proxy === undefined) {
    const message = `The mirror ${name} has no proxy: name it in its file (proxy: {}), then holdfast mirrors install FILE`;
    throw invalid([{ path: 'name', message }]);
  }
  const steps = auditMirrorSteps(auditArgs(spec, spec.proxy), scheduled);
  const base = { subject: name, steps, lease: null, takeOver: false, input: spec };
  return scheduled ? { ...base, scheduled, whenDiffers: 'notify', notify: toldOf(spec) } : base;
};

const ofRollback: Build<RollbackMirrorInput> = async ({ name, revision, takeOver }, stateDirectory) => {
  const spec = await knownMirror(name, stateDirectory);
  const steps = rollbackMirrorSteps({ box: name, keep: spec.keep, revision });
  const notify = toldOf(spec);
  return { subject: name, steps, lease: name, takeOver, input: { spec, revision }, notify };
};

const ofDestroy: Build<NamedBoxInput> = async ({ name, takeOver }, stateDirectory) => {
  await refuseBox(name, stateDirectory);
  const users = siteUserTexts(await usersOfSite(stateDirectory, name), name);
  if (users.length > 0) throw invalid(users.map((message) => ({ path: 'name', message })));
  const steps = destroyMirrorSteps(name, digest);
  return { subject: name, steps, lease: name, takeOver, input: { name } };
};

export const mirrorBuilds = {
  [operations.installMirror.slug]: ofInstall((name) => name),
  [operations.planMirror.slug]: ofInstall(() => null),
  [operations.refreshMirrors.slug]: ofRefresh,
  [operations.planRefresh.slug]: ofRefreshPlan,
  [operations.auditMirror.slug]: ofAudit,
  [operations.changeMirror.slug]: ofChange,
  [operations.rollbackMirror.slug]: ofRollback,
  [operations.destroyMirror.slug]: ofDestroy,
};

/** What an install of such a box takes from package sources, that of its guest image included. */
function packagesOfBox({ release, services, hypervisor, packages }: MirroredBox): string[] {
  const profile = profiles[release];
  const box = { services, ...(hypervisor !== undefined && { hypervisor }), ...(packages && { packages }) };
  return [...profile.base, ...packagesOf(box, profile), ...(hasGuests(box) ? guestPackages : [])];
}

/** What a refresh of a mirror is told. @throws ApplicationFailure InvalidInput without Debian sources */
export async function refreshArgs(spec: MirrorSpec, surroundings: Surroundings): Promise<RefreshArgs> {
  const { ownMirror, ownIndex } = await factsOfMirror(spec, surroundings);
  return {
    box: spec.name,
    keep: spec.keep,
    deb: debArgs(spec, ownMirror, packagesOfBox),
    pypi: pypiArgs(spec, ownIndex),
    oci: ociArgs(spec),
    ...((spec.ansible ?? []).length > 0 && { ansible: ansibleArgs(spec) }),
    ...((spec.git ?? []).length > 0 && { git: gitArgs(spec) }),
  };
}

/** @throws ApplicationFailure InvalidInput for a site that takes bundles */
export function requireUpstream({ name, receives }: MirrorSpec): void {
  if (receives === undefined) return;
  const message = `The mirror ${name} takes bundles of ${receives.site} and has no upstream: holdfast mirrors import ${name} FOLDER`;
  throw invalid([{ path: 'name', message }]);
}

/** @throws ApplicationFailure InvalidInput when no such mirror is recorded */
export async function knownMirror(name: string, stateDirectory: string): Promise<MirrorSpec> {
  const recorded = await recordedMirror(stateDirectory, name);
  if (recorded !== null) return recorded;
  throw unrecorded('mirror', name);
}

async function wantedMirror(input: InstallMirrorInput, stateDirectory: string): Promise<MirrorSpec> {
  const file = await readWantedMirror(stateDirectory, input);
  if (file.kind !== 'read') throw invalid([{ path: 'specDigest', message: file.why }]);
  const spec = accept(parseMirrorSpec(file.value));
  if (spec.name === input.name) return spec;
  throw invalid([
    { path: 'name', message: `The recorded spec is of mirror ${spec.name}, not of ${input.name}` },
  ]);
}

/**
 * Only of the very spec that a change was made of: what somebody else added meanwhile is not lost. The step that records the
 * spec compares again, since others may work while a run begins or waits for a person.
 */
async function refuseOtherBase(
  { name, specDigest, base }: InstallMirrorInput,
  stateDirectory: string,
): Promise<void> {
  if (base === undefined) return;
  const recorded = specDigestOf(await knownMirror(name, stateDirectory));
  if (recorded === base || recorded === specDigest) return;
  const message = `The spec of ${name} was changed meanwhile: nothing was done; give the command again`;
  throw invalid([{ path: 'base', message }]);
}

/** A box and a mirror of one name would be one container. Only what is certainly absent is none. */
async function refuseBox(name: string, stateDirectory: string): Promise<void> {
  const file = await readSpecOf(stateDirectory, name);
  if (file.kind === 'absent') return;
  throw invalid([{ path: 'name', message: `${name} is the name of a box; choose another for the mirror` }]);
}

/** What a site that takes bundles will serve is unknown before it is there. @throws Failure PreconditionFailed */
async function refuseLostSuites(spec: MirrorSpec, stateDirectory: string): Promise<void> {
  const recorded = await recordedMirror(stateDirectory, spec.name);
  if (recorded === null || spec.receives !== undefined) return;
  const [served, next] = [recorded, spec].map(({ deb }) => deb.flatMap(({ suites }) => suites));
  await requireSuites(stateDirectory, spec.name, { served: served ?? [], next: next ?? [] });
}

/** @throws ApplicationFailure InvalidInput without Debian sources */
async function factsOfMirror({ debian, pypi }: MirrorSpec, { pip }: Surroundings): Promise<MirrorFacts> {
  const sources = await debianSources(mirrorProfile.suite, debian);
  // Read only when it is used: a fault in pip's configuration must not stop a mirror without Python projects.
  const ownIndex = pypi.some(({ url }) => url === undefined) ? await pipIndex(pip) : '';
  if (sources !== null)
    return { profile: mirrorProfile, sources, ownMirror: sources.mirror, ownIndex, digest };
  const message = 'This machine has no Debian sources of its own: name a mirror';
  throw invalid([{ path: 'debian.mirror', message }]);
}

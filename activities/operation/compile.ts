// SPDX-License-Identifier: Apache-2.0
// The first activity of every run: decodes and parses the input, reads the profile, builds the table. Applies nothing.
import { createHash, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ApplicationFailure } from '@temporalio/activity';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import {
  parseBoxSpec,
  parseInstallBox,
  parseMigrateDatabase,
  parseNamedBox,
  parseRestoreBox,
  type Parsed,
} from '../../workflows/contracts/box/box-spec.schema.ts';
import type { DatabaseService } from '../../workflows/contracts/database/database-driver.ts';
import type { NotifyTarget } from '../../workflows/contracts/run/notice.ts';
import type { WantedSpec } from '../../workflows/contracts/box/wanted-spec.ts';
import type { Compiled } from '../../workflows/contracts/run/messages.ts';
import type { CompiledRow, CompiledTable } from '../../workflows/contracts/run/table.ts';
import { boxOfTestCloud } from '../../workflows/contracts/canary/canary.ts';
import { parseCanary } from '../../workflows/contracts/canary/canary.schema.ts';
import { canaryRows } from '../../workflows/operations/canary/steps.ts';
import { destroyBoxRows } from '../../workflows/operations/destroy-box/steps.ts';
import { dumpBoxRows } from '../../workflows/operations/dump-box/steps.ts';
import {
  databasesLeft,
  lossesOf,
  upgradeIssues,
  type StandingBox,
} from '../../workflows/contracts/box/standing-box.ts';
import { planBox, type InstallFacts } from '../../workflows/box/plan.ts';
import { installBoxRows } from '../../workflows/operations/install-box/steps.ts';
import {
  databaseStatusRows,
  migrateDatabaseRows,
} from '../../workflows/operations/migrate-database/steps.ts';
import { migrateNovaRows, novaStatusRows } from '../../workflows/operations/migrate-nova/steps.ts';
import { renewCertificatesRows } from '../../workflows/operations/renew-certificates/steps.ts';
import { restoreBoxRows, restoreNovaRows } from '../../workflows/operations/restore-box/steps.ts';
import { upgradeBoxRows } from '../../workflows/operations/upgrade-box/steps.ts';
import type { OperationPort } from '../../workflows/ports/operation.ts';
import { profiles } from '../../profiles/index.ts';
import { recordedSpec as readSpec } from '../clients/state/recorded-specs.ts';
import { debianSources } from '../clients/machine/debian-sources.ts';
import { asRowFailure } from '../clients/failure.ts';
import { recordedImage, suiteOf } from '../hosts/box-image.ts';
import type { Clients } from '../clients/index.ts';
import type { OwnFile } from '../clients/state/own-files.ts';
import { readWantedSpec } from '../clients/state/recorded-specs.ts';
import { ending } from '../row-scope.ts';
import { decode, invalid } from './inputs.ts';

/** @source 4: independent rows of one box share its disk and 2 cores; more only made each of them slower */
const rowsAtOnce = 4;

/**
 * After so long a silence a row gives up, so that the lease is free for what brings its host back.
 * @source a box boots within 45 s on two busy processors, PostgreSQL starts again within 30 s; twice that and more
 */
const unreachableSeconds = 120;

export function compileActivities({ stateDirectory }: Clients): Pick<OperationPort, 'compile'> {
  return {
    compile: async ({ operation, payloads }): Promise<Compiled> => {
      const raw = decode(payloads);
      const build = builds[operation];
      if (build === undefined)
        throw invalid([{ path: 'operation', message: `There is no operation ${operation}` }]);
      const built = await build(raw, stateDirectory).catch((error: unknown) => {
        throw refusal(error);
      });
      const { subject, rows, lease, takeOver, input, notify } = built;
      const table: CompiledTable = {
        operation,
        subject,
        rows,
        limit: rowsAtOnce,
        unreachableSeconds,
        lease,
        takeOver,
        inputDigest: digest(JSON.stringify(input)),
        ...(notify !== undefined && { notify }),
      };
      return { table, nonce: randomBytes(8).toString('hex') };
    },
  };
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

interface Built {
  readonly subject: string;
  readonly rows: CompiledRow[];
  /** The box whose lease is held, or read by a run that only looks. */
  readonly lease: string | null;
  readonly takeOver: boolean;
  /** What attaching compares: the parsed input without the means of getting in. */
  readonly input: unknown;
  readonly notify?: NotifyTarget | undefined;
}

type Build = (raw: unknown, stateDirectory: string) => Promise<Built>;

/** Of a box that is recorded: the rows of its spec. */
const ofRecordedBox =
  (rowsOf: (spec: BoxSpec) => Promise<CompiledRow[]>): Build =>
  async (raw, stateDirectory) => {
    const { name, takeOver } = accept(parseNamedBox(raw));
    const spec = await recordedSpec(stateDirectory, name);
    return {
      subject: name,
      rows: await rowsOf(spec),
      lease: name,
      takeOver,
      input: spec,
      notify: toldOf(spec),
    };
  };

/** Of a dump of a recorded box. */
const ofDump =
  (rowsOf: typeof restoreBoxRows): Build =>
  async (raw, stateDirectory) => {
    const { name, takeOver, dump } = accept(parseRestoreBox(raw));
    const spec = await recordedSpec(stateDirectory, name);
    const rows = rowsOf(spec, dump, await factsOf(spec));
    return { subject: name, rows, lease: name, takeOver, input: { name, dump }, notify: toldOf(spec) };
  };

const ofNova = (rowsOf: typeof migrateNovaRows): Build =>
  ofRecordedBox(async (spec) => {
    if (spec.services.includes('compute')) return rowsOf(spec, await installRows(spec), await factsOf(spec));
    const message = `Box ${spec.name} has no service compute: there is no Nova in it`;
    throw invalid([{ path: 'name', message }]);
  });

/** Of one service that has a driver, in a recorded box that has it. */
const ofDatabase =
  (rowsOf: typeof migrateDatabaseRows): Build =>
  async (raw, stateDirectory) => {
    const { name, takeOver, service } = accept(parseMigrateDatabase(raw));
    const spec = await recordedSpec(stateDirectory, name);
    const facts = await factsOf(spec);
    const refusal = databaseRefusal(spec, service, facts);
    if (refusal !== null) throw invalid([{ path: 'service', message: refusal }]);
    const rows = rowsOf(spec, service, facts);
    const input = { spec, service };
    return { subject: name, rows, lease: name, takeOver, input, notify: toldOf(spec) };
  };

function databaseRefusal(spec: BoxSpec, service: DatabaseService, facts: InstallFacts): string | null {
  if (service === 'nova') return `Nova has cells of its own: holdfast nova migrate ${spec.name}`;
  const driver = facts.profile.drivers[service];
  if (driver === undefined) return `Boxes of ${spec.release} have no driver of ${service}`;
  const { packages } = planBox(spec, facts);
  if (driver.packages.some((each) => packages.includes(each))) return null;
  const next = `name ${driver.packages[0] ?? ''} under packages of its spec, then holdfast box install FILE`;
  return `Box ${spec.name} has no ${driver.title}; ${next}`;
}

/** From the release that the box stands on to the spec's. */
const ofUpgrade: Build = async (raw, stateDirectory) => {
  const { spec, takeOver, notify } = await wantedSpec(raw, stateDirectory);
  const { name } = spec;
  const standing = await standingBox(name, stateDirectory);
  if (standing === null) throw invalid([{ path: 'name', message: `There is no box ${name} to upgrade` }]);
  const left = databasesLeft(standing.spec, profiles[spec.release].drivers);
  const issues = [...upgradeIssues(spec, standing.spec), ...left];
  if (issues.length > 0) throw invalid(issues);
  const before = { spec: standing.spec, facts: await factsOf(standing.spec) };
  const facts = await factsOf(spec);
  const installed = installBoxRows(spec, facts);
  const migrated = spec.services.includes('compute') ? migrateNovaRows(spec, installed, facts) : [];
  const rows = upgradeBoxRows({ spec, facts }, before, { installed, migrated });
  return { subject: name, rows, lease: name, takeOver, input: spec, notify };
};

const builds: Readonly<Record<string, Build>> = {
  'install-box': async (raw, stateDirectory) => {
    const { spec, takeOver, notify } = await wantedSpec(raw, stateDirectory);
    await refuseLosses(spec, stateDirectory);
    const { name } = spec;
    return { subject: name, rows: await installRows(spec), lease: name, takeOver, input: spec, notify };
  },
  plan: async (raw, stateDirectory) => {
    const { spec } = await wantedSpec(raw, stateDirectory);
    await refuseLosses(spec, stateDirectory);
    return { subject: spec.name, rows: await installRows(spec), lease: null, takeOver: false, input: spec };
  },
  drift: async (raw, stateDirectory) => {
    const { name, scheduled } = accept(parseNamedBox(raw));
    const spec = await recordedSpec(stateDirectory, name);
    const drift = { subject: name, rows: await installRows(spec), lease: name, takeOver: false, input: spec };
    // Whoever asks sees the answer; only a look that nobody asked for tells somebody.
    return scheduled ? { ...drift, notify: toldOf(spec) } : drift;
  },
  canary: async (raw, stateDirectory) => {
    const { scheduled, ...wishes } = accept(parseCanary(raw));
    const { cloud } = wishes;
    // Whoever asks sees the answer; only a flight that nobody asked for tells those whom the box's spec names.
    const box = scheduled ? boxOfTestCloud(cloud) : null;
    const spec = box === null ? null : await readSpec(stateDirectory, box);
    const notify = spec === null ? undefined : toldOf(spec);
    return {
      subject: cloud,
      rows: canaryRows(wishes),
      lease: null,
      takeOver: false,
      input: wishes,
      notify,
    };
  },
  'upgrade-box': ofUpgrade,
  'plan-upgrade': ofUpgrade,
  'renew-certificates': ofRecordedBox(async (spec) => renewCertificatesRows(await installRows(spec))),
  'dump-box': ofRecordedBox(async (spec) => dumpBoxRows(spec, await factsOf(spec))),
  'migrate-nova': ofNova(migrateNovaRows),
  'nova-status': ofNova(novaStatusRows),
  'migrate-database': ofDatabase(migrateDatabaseRows),
  'database-status': ofDatabase(databaseStatusRows),
  'restore-box': ofDump(restoreBoxRows),
  'restore-nova': ofDump(restoreNovaRows),
  'destroy-box': async (raw) => {
    const { name, takeOver } = accept(parseNamedBox(raw));
    return { subject: name, rows: destroyBoxRows(name, digest), lease: name, takeOver, input: { name } };
  },
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

async function factsOf(spec: BoxSpec): Promise<InstallFacts> {
  const profile = profiles[spec.release];
  const sources = await debianSources(profile.suite, spec.debian);
  if (sources === null) {
    throw invalid([
      { path: 'debian.mirror', message: 'This machine has no Debian sources of its own: name a mirror' },
    ]);
  }
  // A local box shares the processors of the machine that its worker runs on.
  return { profile, processors: availableParallelism(), sources, digest };
}

/** The steps of an install on this machine. @throws ApplicationFailure InvalidInput without Debian sources */
export async function installRows(spec: BoxSpec): Promise<CompiledRow[]> {
  return installBoxRows(spec, await factsOf(spec));
}

async function recordedSpec(stateDirectory: string, name: string): Promise<BoxSpec> {
  const recorded = await readSpec(stateDirectory, name);
  if (recorded !== null) return recorded;
  throw invalid([{ path: 'name', message: `There is no box ${name} in this state directory` }]);
}

/** The spec that an input names: it was recorded where the worker's user alone writes, never by the input itself. */
async function wantedSpec(raw: unknown, stateDirectory: string) {
  const { takeOver, ...wanted } = accept(parseInstallBox(raw));
  const spec = specOrRefusal(await readWantedSpec(stateDirectory, wanted), 'specDigest');
  if (spec.name === wanted.name) return { spec, takeOver, notify: toldOf(spec, wanted) };
  const message = `The recorded spec is of box ${spec.name}, not of ${wanted.name}`;
  throw invalid([{ path: 'name', message }]);
}

function specOrRefusal(file: OwnFile, path: string): BoxSpec {
  if (file.kind === 'read') return accept(parseBoxSpec(file.value));
  throw invalid([{ path, message: file.why }]);
}

/** The table names the spec that says who is told, and not the command itself. */
function toldOf({ name, notify }: BoxSpec, wanted?: WantedSpec): NotifyTarget | undefined {
  if (notify === undefined) return undefined;
  return wanted === undefined ? { box: name } : { box: name, specDigest: wanted.specDigest };
}

/** What a record or this machine refuses, it refuses again: Temporal must not repeat it for ever. */
function refusal(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  return ending(asRowFailure(error, 'the records of this machine'));
}

/** @throws ApplicationFailure InvalidInput */
function accept<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw invalid(parsed.issues);
  return parsed.value;
}

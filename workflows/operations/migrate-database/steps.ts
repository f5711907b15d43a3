// SPDX-License-Identifier: Apache-2.0
// MigrateDatabase as a table, made of a service's driver: its tool, a dump, schema, programs, data, verify, record. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import {
  headsText,
  schemasOf,
  type DatabaseDriver,
  type DatabaseService,
  type MigrationProfile,
} from '../../contracts/database/database-driver.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { planBox, type InstallFacts } from '../../box/plan.ts';
import { call, effect } from '../../ports/index.ts';

type Steps = Readonly<Record<string, StepOptions>>;

interface Subject {
  readonly box: string;
  readonly service: DatabaseService;
  readonly driver: DatabaseDriver;
  /** Of the release, as its name. */
  readonly version: string;
}

/** @throws Error when the release has no driver of the service: compile refuses that before */
export function migrateDatabaseSteps(
  spec: BoxSpec,
  service: DatabaseService,
  facts: InstallFacts,
): CompiledStep[] {
  const { box, profile } = planBox(spec, facts);
  const driver = profile.drivers[service];
  if (driver === undefined) throw new Error(`Release ${profile.name} has no driver of ${service}`);
  const subject = { box, service, driver, version: profile.name };
  return table({
    ...beginning(subject),
    ...(driver.phases === undefined ? wholeSchema(subject) : phasedSchema(subject)),
    ...end(subject),
  });
}

/** Of a run alone: a look takes no dump, and what it would verify is what the steps before it tell. */
const runOnly: readonly string[] = ['dump', 'verify'];

export function databaseStatusSteps(...inputs: Parameters<typeof migrateDatabaseSteps>): CompiledStep[] {
  const steps = migrateDatabaseSteps(...inputs);
  const standing = (ids: readonly string[]): string[] =>
    ids.flatMap((id) => {
      if (!runOnly.includes(id)) return [id];
      return standing(steps.find((step) => step.id === id)?.after ?? []);
    });
  return steps
    .filter(({ id }) => !runOnly.includes(id))
    .map((step) => ({ ...step, after: standing(step.after) }));
}

function beginning({ box, driver, version }: Subject): Steps {
  const { title, user, tool, urls, refused, packages, repairs, online } = driver;
  const [owner = ''] = packages;
  const observed = { box, title, user, tool, urls, refused, package: owner };
  const databases = schemasOf(driver).map(({ database }) => ({ database, role: user }));
  const pendingRows = online === undefined ? [] : [online.pendingRows];
  const dump = { box, databases, isTried: true };
  const unless = { schemas: schemasOf(driver), version, pendingRows };
  return {
    tool: {
      title: `${title}'s tool can migrate its databases`,
      onFailure: 'fail',
      observe: call('observeTool', observed),
    },
    dump: {
      title: 'Present state dumped first',
      profile: 'command',
      exclusive: ['db:dump'],
      observe: call('observeDump', { ...dump, unless }),
      // eslint-disable-next-line no-restricted-syntax -- what makes the dump needless is only looked at
      apply: call('takeDump', dump),
    },
    ...Object.fromEntries(
      repairs.map(({ name, ...repair }) => [
        `repair.${name}`,
        {
          title: `${title}'s migrations mended for PostgreSQL`,
          ...effect('observeRepair', 'repairTool', { box, name, ...repair }),
        },
      ]),
    ),
  };
}

/** One command, the programs standing still where they must. */
function wholeSchema(subject: Subject): Steps {
  const { driver } = subject;
  const standing = stands(subject, 'schema', Object.values(driver.schemas));
  return {
    ...standing.before,
    ...Object.fromEntries(
      Object.entries(driver.schemas).map(([name, migration]) => [
        name,
        { title: `${driver.title} schema at ${headsText(migration)}`, ...commandStep(subject, migration) },
      ]),
    ),
    ...standing.after,
    ...code(subject),
    ...data(subject),
  };
}

/** What is added comes before the programs' restart, what goes away after it. */
function phasedSchema(subject: Subject): Steps {
  const { driver } = subject;
  const { expand, contract } = driver.phases ?? {};
  if (expand === undefined || contract === undefined) return {};
  const standing = stands(subject, 'contract', [contract]);
  const gate = 'What programs of the release before need goes away, which is not taken back';
  return {
    expand: {
      title: `${driver.title} schema expanded to ${headsText(expand)}`,
      ...commandStep(subject, expand),
    },
    ...code(subject),
    ...data(subject),
    ...standing.before,
    contract: {
      title: `${driver.title} schema contracted to ${headsText(contract)}`,
      ...commandStep(subject, contract),
      // A person who approves that the programs stop approves the migration for which they stop.
      ...(driver.stops === undefined && { gate }),
    },
    ...standing.after,
  };
}

function end({ box, driver, version }: Subject): Steps {
  const databases = schemasOf(driver);
  const names = databases.map(({ database }) => database);
  const record = { box, databases: names, version };
  return {
    verify: {
      title: 'Heads and types as the release has them',
      observe: call('observeSchema', { box, databases }),
    },
    record: {
      title: 'Release recorded in the databases',
      ...effect('observeVersion', 'recordVersion', record),
    },
  };
}

/** The lock by the name of the role keeps two commands off one database, also those of an install. */
function commandStep({ box, driver, version }: Subject, migration: MigrationProfile) {
  const args = { box, release: version, ...migration };
  return {
    profile: 'command' as const,
    exclusive: [`db:${driver.user}`],
    ...effect('observeSchema', 'migrateSchema', args),
  };
}

/** Steps around a command that the programs must not run beside; none when they may. */
function stands(
  { box, service, driver }: Subject,
  command: 'schema' | 'contract',
  migrations: readonly MigrationProfile[],
): { readonly before: Steps; readonly after: Steps } {
  const { stops, title, units } = driver;
  if (stops?.for !== command) return { before: {}, after: {} };
  const databases = migrations.flatMap((each) => each.databases);
  const args = { box, service, units, databases };
  return {
    before: {
      stopped: {
        title: `${title}'s programs stand still`,
        gate: stops.why,
        settleSeconds: 60,
        ...effect('observeProgramsStopped', 'stopPrograms', args),
      },
    },
    after: {
      started: {
        title: `${title}'s programs run again`,
        settleSeconds: 90,
        ...effect('observeProgramsStarted', 'startPrograms', args),
      },
    },
  };
}

/** Data and what goes away wait for the programs of the release. */
function code({ box, driver }: Subject): Steps {
  if (driver.online === undefined && driver.phases === undefined) return {};
  const args = { box, units: driver.units, code: driver.code };
  return {
    rollout: {
      title: 'Every program began after its code came',
      settleSeconds: 60,
      skippable: true,
      observe: call('observeCode', args),
    },
  };
}

function data({ box, driver, version }: Subject): Steps {
  const { online } = driver;
  if (online === undefined) return {};
  const [schema, ...others] = schemasOf(driver);
  if (schema === undefined || others.length > 0)
    throw new Error(
      `Data of ${driver.title} lie in several databases, which the step of one does not migrate`,
    );
  const args = { ...online, box, database: schema.database, version };
  return {
    online: {
      title: `Data of ${schema.database} migrated` as const,
      profile: 'build' as const,
      cancel: 'batch' as const,
      exclusive: [`db:${driver.user}`],
      ...effect('observeOnlineMigrations', 'runOnlineMigrations', args),
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
// MigrateNova as a table: keep the present state, schemas and cells, wait for the programs, data, hosts, Nova's own check. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { optionsOf, table, type StepOptions } from '../../contracts/run/build-table.ts';
import { headsText, type DatabaseDriver } from '../../contracts/database/database-driver.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { databasesOf, planBox, type InstallFacts } from '../../box/plan.ts';
import { call, effect } from '../../ports/index.ts';

/** Those of an install, in the order that Nova's manual names: the API's schema knows the cells that the others need. */
const schemaSteps = ['nova.api-schema', 'nova.cell0', 'nova.cell1', 'nova.schema'];

/** `installed` are the steps of an install of the same spec: a schema or a cell is looked at in one way only. */
export function migrateNovaSteps(
  spec: BoxSpec,
  installed: readonly CompiledStep[],
  facts: InstallFacts,
): CompiledStep[] {
  const plan = planBox(spec, facts);
  const { box, profile } = plan;
  const databases = databasesOf(plan).filter(({ role }) => role === 'nova');
  const dump = { box, databases, isTried: true };
  const { name: version, compute } = profile;
  const { serviceVersion } = compute;
  const { user, online: data } = profile.drivers.nova;
  if (data === undefined) throw new Error('The driver of Nova has no data to migrate');
  const online = (name: string) => {
    const args = { ...data, box, database: name, databaseUrl: plan.databaseUrl(user, name), version };
    return {
      title: `Data of ${name} migrated` as const,
      profile: 'build' as const,
      cancel: 'batch' as const,
      exclusive: ['db:nova'],
      ...effect('observeOnlineMigrations', 'runOnlineMigrations', args),
    };
  };
  const rollout = { box, database: 'nova_cell1', serviceVersion };
  return table({
    dump: {
      title: 'Present state dumped first',
      profile: 'command',
      exclusive: ['db:dump'],
      ...effect('observeDump', 'takeDump', dump),
    },
    ...chained(installed, schemaSteps, titlesOf(profile.drivers.nova)),
    rollout: {
      title: 'Every program of the new release',
      settleSeconds: 60,
      skippable: true,
      observe: call('observeRollout', rollout),
    },
    'online.cell0': { ...online('nova_cell0'), after: ['rollout'] },
    'online.cell1': online('nova_cell1'),
    ...chained(installed, ['nova.hosts']),
    check: { title: 'Nova finds nothing wrong', observe: call('observeUpgradeCheck', { box }) },
  });
}

/** The same without the dump, which no look can find: a run takes its own. */
export function novaStatusSteps(...inputs: Parameters<typeof migrateNovaSteps>): CompiledStep[] {
  return migrateNovaSteps(...inputs)
    .filter(({ id }) => id !== 'dump')
    .map((step) => ({ ...step, after: step.after.filter((id) => id !== 'dump') }));
}

/** Of the schemas' steps: which databases, and where they are to go. */
function titlesOf({ schemas }: DatabaseDriver): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, migration]) => {
      const names = migration.databases.map(({ database }) => database).join(' and ');
      return [`nova.${name}`, `${names} at ${headsText(migration)}`];
    }),
  );
}

/** Steps of the install, one after another. */
function chained(
  installed: readonly CompiledStep[],
  ids: readonly string[],
  titles: Readonly<Record<string, string>> = {},
): Record<string, StepOptions> {
  return Object.fromEntries(
    ids.map((id) => {
      const step = installed.find((each) => each.id === id);
      if (step === undefined) throw new Error(`An install has no step ${id}`);
      const { after: _, ...rest } = optionsOf(step);
      return [id, { ...rest, title: titles[id] ?? rest.title }];
    }),
  );
}

// SPDX-License-Identifier: Apache-2.0
// Pairs of calls that many steps share: files, units, schemas.
import type { StepOptions } from '../contracts/run/build-table.ts';
import type { Effect } from '../contracts/run/table.ts';
import type { DatabaseDriver } from '../contracts/database/database-driver.ts';
import type { FileArgs, HeartbeatArgs } from '../ports/host.ts';
import { effect } from '../ports/index.ts';
import type { BoxPlan } from './plan.ts';

export type Steps = Readonly<Record<string, StepOptions>>;

export const fileCalls = (box: string, files: readonly FileArgs[]): Effect =>
  effect('observeFiles', 'writeFiles', { box, files });

interface UnitOptions {
  readonly unit: string;
  readonly files: readonly FileArgs[];
  /** Names of certificates that the program reads at its start. */
  readonly pairs?: readonly string[];
  /** Other files that it reads at its start. */
  readonly reads?: readonly string[];
  readonly healthUrl?: string;
  /** Where it reports that it takes work. */
  readonly heartbeat?: HeartbeatArgs;
}

/** @source nova-compute takes work 7 s after its start and reports 5 s later, cinder-volume 10 s later; ten times that when busy */
const heartbeatSettleSeconds = 150;

/** A unit that is restarted when one of its files is newer than its start. */
export function unitStep(
  plan: BoxPlan,
  { unit, files, pairs = [], reads = [], healthUrl, heartbeat }: UnitOptions,
) {
  const pairPaths = pairs.flatMap((name) => Object.values(plan.pair(name)) as string[]);
  const paths = [...files.map(({ path }) => path), ...pairPaths, ...reads];
  const health = healthUrl === undefined ? {} : { health: { url: healthUrl, statuses: [200, 300] } };
  const args = { box: plan.box, unit, files: paths, ...health, ...(heartbeat && { heartbeat }) };
  return {
    settleSeconds: heartbeat ? heartbeatSettleSeconds : 60,
    tries: 2,
    ...effect('observeUnit', 'ensureUnit', args),
  };
}

/** A schema at its heads; the lock by the name of the role keeps two commands off one database. */
export function schemaStep({ box, profile }: BoxPlan, { user, schemas }: DatabaseDriver, name = 'schema') {
  const migration = schemas[name];
  if (migration === undefined) throw new Error(`The driver of ${user} has no command ${name}`);
  const args = { box, release: profile.name, ...migration };
  return {
    profile: 'command' as const,
    exclusive: [`db:${user}`],
    ...effect('observeSchema', 'migrateSchema', args),
  };
}

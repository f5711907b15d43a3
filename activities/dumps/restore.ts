// SPDX-License-Identifier: Apache-2.0
// Puts the databases of a box back to a dump: each beside the present one first, then in its place, and marked.
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { DumpArgs, DumpsPort, RestoreArgs } from '../../workflows/ports/dumps.ts';
import type { Host } from '../hosts/host.ts';
import { leaderOf } from '../hosts/local-box.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';
import { digestOfFile, dumpsDirectory, dumpsOf } from './dump-folder.ts';
import restore from './restore.sh';

type RestorePort = Pick<
  DumpsPort,
  | 'observeDumpIntact'
  | 'observeServicesStopped'
  | 'stopServices'
  | 'observeRestored'
  | 'restoreDatabases'
  | 'observeServicesStarted'
  | 'startServices'
>;

/** The comment on a database that this run put back; another run of the same dump is another one. */
const restoreMarker = (nonce: string): string => `holdfast restore ${nonce}`;

export function restoreDumpActivities({ inside, stateDirectory }: Clients): RestorePort {
  return {
    observeDumpIntact: observing((args) => intactDifferences(stateDirectory, args)),
    observeServicesStopped: observing(async (args, { context }) => {
      const host = inside(args.box);
      if ((await unrestored(host, args, restoreMarker(context.nonce))).length === 0) return [];
      const active = await unitsInState(host, args.units, 'active');
      return active.map((unit) => ({ what: `unit ${unit}`, have: 'active', want: 'stopped' }));
    }),
    stopServices: applying(async ({ box, units }) => {
      await inside(box).output(['systemctl', 'stop', ...units], { timeoutSeconds: 120 });
      return undefined;
    }),
    observeRestored: observing(async (args, scope) => {
      const host = inside(args.box);
      await settleLiveJobs(host, scope, scope.key);
      const left = await unrestored(host, args, restoreMarker(scope.context.nonce));
      return left.map((database) => ({
        what: `database ${database}`,
        have: 'as it was',
        want: `of dump ${args.dump}`,
      }));
    }),
    restoreDatabases: applying(async (args, scope) => {
      await restoreDatabases(
        inside(args.box),
        args,
        scope,
        stateDirectory,
        restoreMarker(scope.context.nonce),
      );
      return undefined;
    }),
    observeServicesStarted: observing(async ({ box, units }) => {
      const active = await unitsInState(inside(box), units, 'active');
      const stopped = units.filter((unit) => !active.includes(unit));
      return stopped.map((unit) => ({ what: `unit ${unit}`, have: 'not active', want: 'active' }));
    }),
    startServices: applying(async ({ box, units }) => {
      await inside(box).output(['systemctl', 'start', '--no-block', ...units]);
      return undefined;
    }),
  };
}

/** `mark` tells whether a database was put back already. Safe to run twice and to be killed anywhere. */
export async function restoreDatabases(
  host: Host,
  { box, dump, databases }: RestoreArgs,
  scope: StepScope,
  stateDirectory: string,
  mark: string,
): Promise<void> {
  const folder = `/var/lib/holdfast/restore-${scope.context.nonce}`;
  const target = `/proc/${(await leaderOf(box)) ?? 0}/root${folder}`;
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { mode: 0o700 });
  await cp(join(dumpsDirectory(stateDirectory, box), dump), target, { recursive: true });
  const pairs = databases.map(({ database, role }) => `${database}:${role}`);
  const argv = ['sh', '-c', restore, 'holdfast-restore', folder, mark, ...pairs];
  await runToSuccess(host, scope, { argv });
}

export async function intactDifferences(stateDirectory: string, args: RestoreArgs): Promise<Difference[]> {
  const what = `dump ${args.dump} of ${args.box}`;
  const dumps = await dumpsOf(stateDirectory, args.box);
  const manifest = dumps.find(({ id }) => id === args.dump);
  if (manifest === undefined) {
    const known = dumps.map(({ id }) => id).join(' ') || 'no dump';
    return [{ what, have: `absent; there is ${known}`, want: 'one of them' }];
  }
  const faults: Difference[] = [];
  for (const { database } of args.databases) {
    const path = join(dumpsDirectory(stateDirectory, args.box), args.dump, `${database}.dump`);
    const recorded = manifest.databases.find((each) => each.database === database)?.sha256;
    const have = await digestOfFile(path).catch(() => 'absent');
    if (recorded === undefined || have !== recorded)
      faults.push({
        what: `${what}, ${database}`,
        have: have.slice(0, 16),
        want: recorded?.slice(0, 16) ?? 'in it',
      });
  }
  return faults;
}

/** Databases that do not carry the mark. */
export async function unrestored(host: Host, { databases }: DumpArgs, mark: string): Promise<string[]> {
  const rows = await query(
    host,
    'postgres',
    "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database",
  );
  const marks = new Map(rows.map(([name = '', comment = '']) => [name, comment]));
  return databases.map(({ database }) => database).filter((database) => marks.get(database) !== mark);
}

export async function unitsInState(host: Host, units: readonly string[], state: string): Promise<string[]> {
  const { stdout } = await host.run(['systemctl', 'is-active', ...units]);
  const states = stdout.split('\n');
  return units.filter((_, index) => states[index] === state);
}

// SPDX-License-Identifier: Apache-2.0
// Dumps every database of a box, sees that each can be read back, and keeps as many dumps as are wanted.
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpManifest } from '../../workflows/contracts/box/dump.ts';
import type { DumpArgs, DumpsPort } from '../../workflows/ports/dumps.ts';
import { recordedMigrations, schemaDifferences } from '../clients/postgres/alembic.ts';
import type { Host } from '../hosts/host.ts';
import { leaderOf } from '../hosts/local-box.ts';
import type { Clients } from '../clients/index.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { query } from '../clients/postgres/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';
import { digestOfFile, dumpsDirectory, dumpsOf } from './dump-folder.ts';
import take from './take.sh';

type TakePort = Pick<DumpsPort, 'observeDump' | 'takeDump' | 'observeRetention' | 'removeOldDumps'>;

const insideFolder = (id: string): string => `/var/lib/holdfast/dumps/${id}`;

export function takeDumpActivities({ inside, stateDirectory }: Clients): TakePort {
  return {
    observeDump: observing(async ({ box, unless }, scope) => {
      const host = inside(box);
      await settleLiveJobs(host, scope, scope.key);
      if (unless !== undefined && (await isMigrated(host, unless))) return [];
      const isTaken = (await dumpsOf(stateDirectory, box)).some(({ id }) => id === scope.context.nonce);
      return isTaken ? [] : [{ what: `dump of ${box}`, have: 'none of this run', want: 'taken' }];
    }),
    takeDump: applying((args, scope) => takeDump(inside(args.box), args, scope, stateDirectory)),
    observeRetention: observing(async ({ box, keep }) => {
      const dumps = await dumpsOf(stateDirectory, box);
      return dumps.length <= keep
        ? []
        : [{ what: `dumps of ${box}`, have: String(dumps.length), want: `the newest ${keep}` }];
    }),
    removeOldDumps: applying(async ({ box, keep }) => {
      const old = (await dumpsOf(stateDirectory, box)).slice(keep);
      for (const { id } of old) await rm(join(dumpsDirectory(stateDirectory, box), id), { recursive: true });
      return `${old.length} removed`;
    }),
  };
}

async function isMigrated(
  host: Host,
  { schemas, version, pendingRows }: NonNullable<DumpArgs['unless']>,
): Promise<boolean> {
  for (const schema of schemas) {
    if ((await schemaDifferences(host, schema)).length > 0) return false;
    if ((await recordedMigrations(host, schema.database)) !== version) return false;
    for (const count of pendingRows)
      if ((await query(host, schema.database, count))[0]?.[0] !== '0') return false;
  }
  return true;
}

/** Under the run's nonce; returns what a person reads of it. Safe to run twice. */
export async function takeDump(
  host: Host,
  args: DumpArgs,
  scope: StepScope,
  stateDirectory: string,
): Promise<string> {
  const { databases } = args;
  const folder = insideFolder(scope.context.nonce);
  const names = databases.map(({ database }) => database);
  const how = args.isTried === true ? 'tried' : 'read';
  const argv = ['sh', '-c', take, 'holdfast-dump', folder, how, ...names];
  await runToSuccess(host, scope, { argv });
  const manifest = await fetch(args, scope, stateDirectory);
  await host.output(['rm', '-rf', folder]);
  const bytes = manifest.databases.reduce((sum, each) => sum + each.bytes, 0);
  return `${manifest.id}: ${manifest.databases.length} databases, ${Math.ceil(bytes / 1024)} KiB`;
}

/**
 * From the box to the state directory; the manifest comes last and makes the dump a dump. The folder in the box goes after
 * that: without it the dump is here already, and whoever fetched it did not live to say so.
 */
async function fetch(
  { box, databases }: DumpArgs,
  scope: StepScope,
  stateDirectory: string,
): Promise<DumpManifest> {
  const id = scope.context.nonce;
  const leader = await leaderOf(box);
  const source = `/proc/${leader ?? 0}/root${insideFolder(id)}`;
  const fetched = (await dumpsOf(stateDirectory, box)).find((dump) => dump.id === id);
  if (fetched !== undefined && !existsSync(source)) return fetched;
  const target = join(dumpsDirectory(stateDirectory, box), id);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true, mode: 0o700 });
  const files: DumpManifest['databases'][number][] = [];
  for (const { database } of databases) {
    const path = join(target, `${database}.dump`);
    await cp(join(source, `${database}.dump`), path);
    files.push({ database, bytes: (await stat(path)).size, sha256: await digestOfFile(path) });
  }
  const manifest: DumpManifest = { id, box, takenAt: new Date().toISOString(), databases: files };
  await writeFileAtomically(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
  return manifest;
}

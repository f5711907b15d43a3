// SPDX-License-Identifier: Apache-2.0
// By which keys the credentials of Keystone's database are encrypted, and how they get another one.
import { createHash } from 'node:crypto';
import {
  laidKeys,
  primaryKey,
  withRestoredKeys,
  type KeyRing,
} from '../../../workflows/contracts/keys/key-ring.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { Failure } from '../../clients/failure.ts';
import type { Clients } from '../../clients/index.ts';
import { query } from '../../clients/postgres/sql.ts';
import type { Host } from '../../hosts/host.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { keyDifferences, layRing } from './files.ts';
import { requireRing, writeRing } from './records.ts';

/** @source Keystone's credential provider: `key_hash` is the SHA-1 of the key as its file has it */
const hashOf = (secret: string): string => createHash('sha1').update(secret).digest('hex');

/** How many credentials there are, by the hash of their key. */
async function credentialsByKey(host: Host): Promise<Map<string, number>> {
  const rows = await query(host, 'keystone', 'SELECT key_hash, count(*) FROM credential GROUP BY key_hash');
  return new Map(rows.map(([hash = '', count = '0']) => [hash, Number(count)]));
}

export async function migrationDifferences(
  { secrets, inside }: Pick<Clients, 'secrets' | 'inside'>,
  box: string,
): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, box, 'credential');
  const current = hashOf(primaryKey(ring).secret);
  const counts = [...(await credentialsByKey(inside(box)))].filter(([hash]) => hash !== current);
  const others = counts.reduce((sum, [, count]) => sum + count, 0);
  if (others === 0) return [];
  return [
    {
      what: 'credentials of the database',
      have: `${others} by a former key`,
      want: 'all by the primary key',
    },
  ];
}

/** Idempotent: it takes those of other keys alone. */
export async function migrate(
  { inside }: Pick<Clients, 'inside'>,
  box: string,
  scope: StepScope,
): Promise<undefined> {
  await runToSuccess(inside(box), scope, {
    argv: ['keystone-manage', 'credential_migrate'],
    user: 'keystone',
  });
}

/** @throws Failure PreconditionFailed for a key that the store does not have: what it encrypted is lost */
export async function dumpKeyDifferences(
  { secrets, inside }: Pick<Clients, 'secrets' | 'inside'>,
  box: string,
): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, box, 'credential');
  const host = inside(box);
  const ids = await archivedIds(host, ring, box);
  const lacking = ids.map((id) => ({
    what: `credential key ${id}`,
    have: 'in the secret store alone',
    want: 'beside the others: credentials of the dump need it',
  }));
  return [...lacking, ...(await keyDifferences(host, 'credential', ring))];
}

export async function restoreDumpKeys(
  { secrets, inside }: Pick<Clients, 'secrets' | 'inside'>,
  box: string,
  scope: StepScope,
): Promise<string> {
  const { ring, version } = await requireRing(secrets, box, 'credential');
  const host = inside(box);
  const ids = await archivedIds(host, ring, box);
  const restored = withRestoredKeys(ring, ids);
  if (ids.length > 0) await writeRing(secrets, box, 'credential', restored, version);
  return layRing(host, scope.fencingToken, 'credential', restored);
}

/** Of keys that credentials of the database need and Keystone does not have. */
async function archivedIds(host: Host, ring: KeyRing, box: string): Promise<number[]> {
  const laid = new Set(laidKeys(ring).map(({ secret }) => hashOf(secret)));
  const needed = [...(await credentialsByKey(host)).keys()].filter((hash) => !laid.has(hash));
  const ids = needed.map((hash) => ring.keys.find(({ secret }) => hashOf(secret) === hash)?.id);
  const lost = ids.filter((id) => id === undefined).length;
  if (lost > 0)
    throw new Failure('PreconditionFailed', `The database has credentials by ${lost} keys that are lost`, {
      on: `box ${box}`,
      hint: 'Restore the secrets of the time of the dump from a backup (holdfast restore FILE), or delete these credentials: openstack credential list',
    });
  return ids.filter((id) => id !== undefined);
}

// SPDX-License-Identifier: Apache-2.0
// Deletes the former credential once no token of it can be in use, and credentials of ours that no record names. Deletes no others.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { retireAt, type CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import type { CredentialAccess } from './access.ts';
import { asAdmin, keystoneNow, ownCredentials, userIdOf } from './keystone.ts';
import { noUse, readRecords, writeRecord } from './records.ts';

export async function retirementDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const retirable = await retirableOf(access, args);
  if (retirable === null) return [];
  const what = `credential ${retirable.previous.name}`;
  return [{ what, have: 'in Keystone, no longer in use', want: 'deleted' }];
}

/** Idempotent: one that is gone already counts as deleted. */
export async function retire(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const retirable = await retirableOf(access, args);
  if (retirable === null) return 'none to retire';
  const { previous, use, version } = retirable;
  await remove(access, args, [previous.id]);
  await writeRecord(access.store, args, 'use', { ...use, retiredGeneration: previous.generation }, version);
  return previous.name;
}

/** The credential before the published one, once no token of it can be in use or it has lapsed; null before that. */
async function retirableOf(access: CredentialAccess, args: CredentialArgs) {
  const { published, use } = await readRecords(access.store, args);
  const previous = published.value?.previous ?? null;
  if (published.value === null || previous === null) return null;
  const due = retireAt(published.value, use.value, args.tokenSeconds);
  if (due === null || (await keystoneNow(access)) < due) return null;
  return { previous, use: use.value ?? noUse, version: use.version };
}

export async function sweepDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const names = (await strays(access, args)).map(({ name }) => name);
  return names.map((name) => ({ what: `credential ${name}`, have: 'known to no record', want: 'deleted' }));
}

export async function sweep(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  return `${await sweepStrays(access, args)} deleted`;
}

/** How many were deleted. */
export async function sweepStrays(access: CredentialAccess, args: CredentialArgs): Promise<number> {
  const found = await strays(access, args);
  await remove(
    access,
    args,
    found.map(({ id }) => id),
  );
  return found.length;
}

/**
 * Ours by their prefix, and neither published nor before it nor pending. What is pending is stored before Keystone has it:
 * records that are read after the list know every credential of another run that is in it.
 */
async function strays(access: CredentialAccess, args: CredentialArgs) {
  const own = await asAdmin(access, (client) => ownCredentials(client, args));
  const { published, pending, use } = await readRecords(access.store, args);
  // Without a published one nothing is known of what consumers use: nothing is deleted.
  if (published.value === null) return [];
  const { id, generation, previous } = published.value;
  const isRetired = previous !== null && (use.value?.retiredGeneration ?? 0) >= previous.generation;
  const kept = new Set([id, ...(previous === null || isRetired ? [] : [previous.id])]);
  // However old: another run may be about to publish it. The next intent takes its place, and then it goes.
  const waiting = pending.value !== null && pending.value.generation > generation ? pending.value.name : null;
  return own.filter((each) => !kept.has(each.id) && each.name !== waiting);
}

async function remove(access: CredentialAccess, args: CredentialArgs, ids: readonly string[]): Promise<void> {
  await asAdmin(access, async (client) => {
    const userId = await userIdOf(client, args);
    if (userId === null) return;
    for (const id of ids) await client.identity.applicationCredentials.delete(userId, id);
  });
}

// SPDX-License-Identifier: Apache-2.0
// Deletes the former credential once no token of it can be in use, and credentials of ours that no record names. Deletes no others.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  isLive,
  retireAt,
  type CredentialArgs,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { asAdmin, keystoneNow, ownCredentials, userIdOf } from './keystone.ts';
import { readRecords, writeRecord } from './records.ts';

export async function retirementDifferences(
  secrets: SecretStore,
  args: CredentialArgs,
): Promise<Difference[]> {
  const retirable = await retirableOf(secrets, args);
  if (retirable === null) return [];
  const what = `credential ${retirable.previous.name}`;
  return [{ what, have: 'in Keystone, no longer in use', want: 'deleted' }];
}

/** Idempotent: one that is gone already counts as deleted. */
export async function retire(secrets: SecretStore, args: CredentialArgs): Promise<string> {
  const retirable = await retirableOf(secrets, args);
  if (retirable === null) return 'none to retire';
  const { previous, use, version } = retirable;
  await remove(secrets, args, [previous.id]);
  await writeRecord(secrets, args, 'use', { ...use, retiredGeneration: previous.generation }, version);
  return previous.name;
}

/** The credential before the published one, once no token of it can be in use; null before that. */
async function retirableOf(secrets: SecretStore, args: CredentialArgs) {
  const { published, use } = await readRecords(secrets, args);
  const previous = published.value?.previous ?? null;
  if (published.value === null || previous === null || use.value === null) return null;
  const due = retireAt(published.value, use.value, args.tokenSeconds);
  if (due === null || (await keystoneNow(secrets, args)) < due) return null;
  return { previous, use: use.value, version: use.version };
}

export async function sweepDifferences(secrets: SecretStore, args: CredentialArgs): Promise<Difference[]> {
  const names = (await strays(secrets, args)).map(({ name }) => name);
  return names.map((name) => ({ what: `credential ${name}`, have: 'known to no record', want: 'deleted' }));
}

export async function sweep(secrets: SecretStore, args: CredentialArgs): Promise<string> {
  const found = await strays(secrets, args);
  await remove(
    secrets,
    args,
    found.map(({ id }) => id),
  );
  return `${found.length} deleted`;
}

/** Ours by their prefix, and neither published nor before it nor pending. */
async function strays(secrets: SecretStore, args: CredentialArgs) {
  const { published, pending, use } = await readRecords(secrets, args);
  // Without a published one nothing is known of what consumers use: nothing is deleted.
  if (published.value === null) return [];
  const now = await keystoneNow(secrets, args);
  const { id, previous } = published.value;
  const isRetired = previous !== null && (use.value?.retiredGeneration ?? 0) >= previous.generation;
  const kept = new Set([id, ...(previous === null || isRetired ? [] : [previous.id])]);
  const live = isLive(pending.value, published.value, now) ? pending.value.name : null;
  const own = await asAdmin(secrets, args, (client) => ownCredentials(client, args));
  return own.filter((each) => !kept.has(each.id) && each.name !== live);
}

async function remove(secrets: SecretStore, args: CredentialArgs, ids: readonly string[]): Promise<void> {
  await asAdmin(secrets, args, async (client) => {
    const userId = await userIdOf(client, args);
    if (userId === null) return;
    for (const id of ids) await client.identity.applicationCredentials.delete(userId, id);
  });
}

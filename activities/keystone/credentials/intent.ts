// SPDX-License-Identifier: Apache-2.0
// Whether a user's credential is due, and the intent to make another: name and secret are stored before Keystone hears of them.
import { createHash, randomBytes } from 'node:crypto';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  credentialPrefix,
  dueAt,
  isLive,
  type CredentialArgs,
  type PendingCredential,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { randomSecret } from '../../clients/secrets/secret-store.ts';
import type { CredentialAccess } from './access.ts';
import { requireAcknowledged } from './consumers.ts';
import { rememberIssued } from './issued.ts';
import { keystoneNow, tokenOf } from './keystone.ts';
import { readRecords, writeRecord } from './records.ts';

/** `run` is the nonce of the run that asks. */
export async function intentDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
  run: string,
): Promise<Difference[]> {
  const { published, pending } = await readRecords(access.store, args);
  const now = await keystoneNow(access);
  const reason = await whyDue(access, args, published.value, now, run);
  if (reason === null || isLive(pending.value, published.value, now)) return [];
  if (published.value !== null) await requireAcknowledged(access, args, published.value, now);
  const generation = (published.value?.generation ?? 0) + 1;
  const have = published.value === null ? 'none' : `generation ${published.value.generation}, ${reason}`;
  return [{ what: `credential of ${args.user.name}`, have, want: `generation ${generation} intended` }];
}

/** Idempotent: a pending credential that is not published yet is gone on with, whichever run stored it. */
export async function intend(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const { published, pending } = await readRecords(access.store, args);
  const now = await keystoneNow(access);
  if (isLive(pending.value, published.value, now)) return `goes on with ${pending.value.name}`;
  const generation = (published.value?.generation ?? 0) + 1;
  const intended = newPending(args, generation, now);
  await writeRecord(access.store, args, 'pending', intended, pending.version);
  rememberIssued(args, intended, null);
  return intended.name;
}

/** A fresh name and secret for a generation. */
export function newPending(
  { user, lifetimeSeconds }: CredentialArgs,
  generation: number,
  now: number,
): PendingCredential {
  return {
    generation,
    name: `${credentialPrefix(user.name)}${generation}-${randomBytes(4).toString('hex')}`,
    secret: randomSecret(),
    createdAt: new Date(now).toISOString(),
    // Keystone keeps whole seconds.
    expiresAt: new Date(Math.floor(now / 1000) * 1000 + lifetimeSeconds * 1000).toISOString(),
    roles: [...user.roles].sort(),
  };
}

/** Judged by what consumers read, never by the newest that Keystone has. Null: not due. */
async function whyDue(
  access: CredentialAccess,
  args: CredentialArgs,
  published: PublishedCredential | null,
  now: number,
  run: string,
): Promise<string | null> {
  if (published === null) return 'absent';
  if (args.now && published.run !== run) return 'to be rotated now';
  if (now >= Date.parse(published.expiresAt)) return 'expired';
  if (now >= dueAt(published, spreadOf(args))) return `due since ${published.createdAt} and 2/3 of its life`;
  return whyUseless(access, args, published);
}

/** Null for a credential that lets in with the roles of the spec, however old it is. */
export async function whyUseless(
  access: CredentialAccess,
  args: CredentialArgs,
  published: PublishedCredential,
): Promise<string | null> {
  const token = await tokenOf(access, published);
  if (token === null) return 'which does not let in';
  const roles = token.roles.join(' ');
  return roles === [...args.user.roles].sort().join(' ') ? null : `which lets in with ${roles || 'no role'}`;
}

/** From 0 to 1, the same for a user every time. */
export function spreadOf({ subject, user }: Pick<CredentialArgs, 'subject' | 'user'>): number {
  return createHash('sha256').update(`${subject.name}/${user.name}`).digest().readUInt32BE(0) / 0xffffffff;
}

// SPDX-License-Identifier: Apache-2.0
// Makes the pending credential exist in Keystone and proves that it lets in. Publishes nothing.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  isLive,
  type CredentialArgs,
  type PendingCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { Failure } from '../../clients/failure.ts';
import { withCloud } from '../../clients/openstack/cloud.ts';
import type { CredentialAccess } from './access.ts';
import { newPending } from './intent.ts';
import { asAdmin, keystoneNow, ownCredentials, ownerLogin, tokenOf, userIdOf } from './keystone.ts';
import { readRecords, writeRecord, type CredentialRecords } from './records.ts';

interface Live {
  readonly pending: PendingCredential;
  readonly records: CredentialRecords;
  readonly now: number;
}

/** The pending credential that waits to be published; null when there is none. */
export async function livePending(access: CredentialAccess, args: CredentialArgs): Promise<Live | null> {
  const records = await readRecords(access.store, args);
  const now = await keystoneNow(access);
  const { pending, published } = records;
  return isLive(pending.value, published.value, now) ? { pending: pending.value, records, now } : null;
}

/** The id of the pending credential in Keystone, or null. */
export async function idInKeystone(
  access: CredentialAccess,
  args: CredentialArgs,
  name: string,
): Promise<string | null> {
  const own = await asAdmin(access, (client) => ownCredentials(client, args));
  return own.find((each) => each.name === name)?.id ?? null;
}

export async function creationDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const live = await livePending(access, args);
  if (live === null) return [];
  const { name } = live.pending;
  if ((await idInKeystone(access, args, name)) !== null) return [];
  return [{ what: `application credential ${name}`, have: 'absent', want: 'in Keystone' }];
}

/** Idempotent by its name: a second create meets the first one's, whose secret is the stored one. */
export async function create(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const live = await livePending(access, args);
  if (live === null) return 'none is pending';
  const { pending } = live;
  const userId = await asAdmin(access, (client) => userIdOf(client, args));
  if (userId === null)
    throw new Failure('Rejected', `There is no user ${args.user.name}`, { on: `domain ${args.domain}` });
  // One login, to the project: an answer without one is refused by the client.
  await withCloud(await ownerLogin(access, args), (client) =>
    client.identity.applicationCredentials.create(userId, {
      name: pending.name,
      description: 'Of holdfast: replaced before it expires',
      secret: pending.secret,
      roles: pending.roles.map((name) => ({ name })),
      expiresAt: new Date(pending.expiresAt),
      unrestricted: false,
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof Failure && error.code === 'Conflict')) throw error;
  });
  return pending.name;
}

export async function proofDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const live = await livePending(access, args);
  if (live === null) return [];
  const { name, roles, secret } = live.pending;
  const what = `application credential ${name}`;
  const id = await idInKeystone(access, args, name);
  const token = id === null ? null : await tokenOf(access, { id, secret });
  if (token === null) return [{ what, have: 'does not let in', want: 'lets in with the stored secret' }];
  const have = token.roles.join(' ');
  return have === roles.join(' ') ? [] : [{ what: `roles of ${what}`, have, want: roles.join(' ') }];
}

/** One that does not let in is somebody else's, or has other roles: another name takes its place, for the same generation. */
export async function remake(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const live = await livePending(access, args);
  if (live === null) return 'none is pending';
  const { records, now, pending } = live;
  const fresh = newPending(args, pending.generation, now);
  await writeRecord(access.store, args, 'pending', fresh, records.pending.version);
  return create(access, args);
}

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
import { forgetIssued, issuedId, rememberIssued } from './issued.ts';
import { asAdmin, keystoneNow, ownCredentials, ownerLogin, tokenOf, userIdOf } from './keystone.ts';
import { sweepStrays } from './retirement.ts';
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
async function idInKeystone(
  access: CredentialAccess,
  args: CredentialArgs,
  pending: PendingCredential,
): Promise<string | null> {
  const known = issuedId(args, pending);
  if (known !== undefined) return known;
  const own = await asAdmin(access, (client) => ownCredentials(client, args));
  const id = own.find(({ name }) => name === pending.name)?.id ?? null;
  if (id !== null) rememberIssued(args, pending, id);
  return id;
}

export async function creationDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const live = await livePending(access, args);
  if (live === null || (await idInKeystone(access, args, live.pending)) !== null) return [];
  return [{ what: `application credential ${live.pending.name}`, have: 'absent', want: 'in Keystone' }];
}

/** Idempotent by its name: a second create meets the first one's, whose secret is the stored one. */
export async function create(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const live = await livePending(access, args);
  if (live === null) return 'none is pending';
  const { pending } = live;
  const userId = await asAdmin(access, (client) => userIdOf(client, args));
  if (userId === null)
    throw new Failure('Rejected', `There is no user ${args.user.name}`, { on: `domain ${args.domain}` });
  const post = () => postCredential(access, args, { userId, pending });
  await post().catch(async (error: unknown) => {
    // What an earlier crash left may be what reaches the limit.
    if (!isAtLimit(error) || (await sweepStrays(access, args)) === 0) throw error;
    await post();
  });
  return pending.name;
}

/** As the user, for the project: an answer without one is refused by the client. */
async function postCredential(
  access: CredentialAccess,
  args: CredentialArgs,
  { userId, pending }: { readonly userId: string; readonly pending: PendingCredential },
): Promise<void> {
  await withCloud(await ownerLogin(access, args), async (client) => {
    const { id } = await client.identity.applicationCredentials.create(userId, {
      name: pending.name,
      description: 'Of holdfast: replaced before it expires',
      secret: pending.secret,
      roles: pending.roles.map((name) => ({ name })),
      expiresAt: new Date(pending.expiresAt),
      unrestricted: false,
    });
    rememberIssued(args, pending, id);
  }).catch((error: unknown) => {
    // Whoever made one of that name, or whether the answer was lost: Keystone is asked.
    forgetIssued(args, pending);
    if (error instanceof Failure && error.code === 'Conflict') return;
    throw isAtLimit(error) ? limitFailure(args, error) : error;
  });
}

/** @source Keystone: "Unable to create additional application credentials, maximum of N already exceeded for user." */
const isAtLimit = (error: unknown): error is Failure =>
  error instanceof Failure && /application credentials, maximum of/.test(String(error.facts.cause));

function limitFailure({ user, domain }: CredentialArgs, { facts }: Failure): Failure {
  return new Failure('Rejected', `Keystone lets user ${user.name} have no further application credential`, {
    on: `domain ${domain}`,
    cause: facts.cause,
    hint: `Delete application credentials that are not in use; they are listed by: openstack application credential list --user ${user.name} --user-domain ${domain}, or raise user_limit in section application_credential of Keystone`,
  });
}

export async function proofDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const live = await livePending(access, args);
  if (live === null) return [];
  const proof = await proofOf(access, args, live.pending);
  return proof.id === null ? [proof.difference] : [];
}

type Proof = { readonly id: string } | { readonly id: null; readonly difference: Difference };

/** Logs in by the credential. */
export async function proofOf(
  access: CredentialAccess,
  args: CredentialArgs,
  pending: PendingCredential,
): Promise<Proof> {
  const { name, roles, secret } = pending;
  const what = `application credential ${name}`;
  const id = await idInKeystone(access, args, pending);
  const token = id === null ? null : await tokenOf(access, { id, secret });
  const have = token?.roles.join(' ');
  const want = roles.join(' ');
  if (id !== null && have === want) {
    rememberIssued(args, pending, id, true);
    return { id };
  }
  forgetIssued(args, pending);
  if (have !== undefined) return { id: null, difference: { what: `roles of ${what}`, have, want } };
  return { id: null, difference: { what, have: 'does not let in', want: 'lets in with the stored secret' } };
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

// SPDX-License-Identifier: Apache-2.0
// Publishes the proven credential by check-and-set, keeps the one before, and records when the new one is in use.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type {
  CredentialArgs,
  IssuedCredential,
  PendingCredential,
  PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { Failure } from '../../clients/failure.ts';
import type { CredentialAccess } from './access.ts';
import { livePending, proofOf } from './creation.ts';
import { provenId } from './issued.ts';
import { keystoneNow } from './keystone.ts';
import { readRecords, writeRecord } from './records.ts';

export async function publicationDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const live = await livePending(access, args);
  if (live === null) return [];
  const have = live.records.published.value?.generation;
  return [
    {
      what: `published credential of ${args.user.name}`,
      have: have === undefined ? 'none' : `generation ${have}`,
      want: `generation ${live.pending.generation}`,
    },
  ];
}

/**
 * Whole or not at all: consumers see the old one or the new one, and both let in. What is published has let in seconds ago: a
 * name that another run put in its place since then is proven here. Idempotent.
 * @throws Failure VerifyFailed when it does not let in
 */
export async function publish(access: CredentialAccess, args: CredentialArgs, run: string): Promise<string> {
  const live = await livePending(access, args);
  if (live === null) return 'published already';
  const { pending, records } = live;
  const id = provenId(args, pending) ?? (await prove(access, args, pending));
  const { published } = records;
  const next: PublishedCredential = {
    ...pending,
    id,
    run,
    previous: published.value === null ? null : issuedOf(published.value),
  };
  await writeRecord(access.store, args, 'published', next, published.version);
  return `generation ${pending.generation}`;
}

async function prove(
  access: CredentialAccess,
  args: CredentialArgs,
  pending: PendingCredential,
): Promise<string> {
  const proof = await proofOf(access, args, pending);
  if (proof.id !== null) return proof.id;
  const { what, have, want } = proof.difference;
  throw new Failure('VerifyFailed', `The credential ${pending.name} is not published: it was not proven`, {
    on: 'Keystone',
    cause: `${what}: ${have}, not ${want}`,
    hint: `The next rotation puts another in its place: holdfast credentials rotate ${args.subject.name} ${args.user.name}`,
  });
}

export async function acknowledgementDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const { published, use } = await readRecords(access.store, args);
  const generation = published.value?.generation ?? 0;
  const seen = use.value?.generation ?? 0;
  if (seen >= generation) return [];
  const what = `use of the credential of ${args.user.name}`;
  return [
    { what, have: seen === 0 ? 'none recorded' : `generation ${seen}`, want: `generation ${generation}` },
  ];
}

/** Records that the published one is in use. The step before has seen it. Idempotent. */
export async function acknowledge(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const { published, use } = await readRecords(access.store, args);
  const generation = published.value?.generation ?? 0;
  if ((use.value?.generation ?? 0) >= generation) return 'recorded already';
  const acknowledgedAt = new Date(await keystoneNow(access)).toISOString();
  const seen = { retiredGeneration: 0, ...use.value, generation, acknowledgedAt };
  await writeRecord(access.store, args, 'use', seen, use.version);
  return `generation ${generation}`;
}

function issuedOf(published: PublishedCredential): IssuedCredential {
  const { generation, name, id, secret, createdAt, expiresAt, roles } = published;
  return { generation, name, id, secret, createdAt, expiresAt, roles };
}

// SPDX-License-Identifier: Apache-2.0
// What consumers of a cloud that is no box have said of the credentials they use. Deletes nothing, and lets nothing be deleted under them.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  awaitedConsumers,
  retireAt,
  type CredentialArgs,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { AcknowledgementArgs } from '../../../workflows/ports/cloud/credentials.ts';
import { Failure } from '../../clients/failure.ts';
import type { CredentialAccess } from './access.ts';
import { keystoneNow } from './keystone.ts';
import { readAcknowledgements, readRecords, saidBy, writeRecord } from './records.ts';

/** @source a day: for a person who reads mail in the morning; or a twelfth of a life that is shorter than twelve days */
const lastCallMilliseconds = 86_400_000;
const lastCallShare = 1 / 12;

/**
 * Differs once all have acknowledged what is published and that is not recorded yet. While some have not, nothing is to be done,
 * until the one before is about to lapse under them.
 * @throws Failure PreconditionFailed then
 */
export async function consumerDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const { published, use } = await readRecords(access.store, args);
  const { consumers = [] } = args.user;
  const current = published.value;
  if (current === null || consumers.length === 0) return [];
  if ((use.value?.generation ?? 0) >= current.generation) return [];
  const awaited = await awaitedOf(access, args, current.generation);
  if (awaited.length > 0) {
    const { previous } = current;
    if (previous === null) return [];
    const lapsesAt = Date.parse(previous.expiresAt);
    const lastCall = Math.min(lastCallMilliseconds, args.lifetimeSeconds * 1000 * lastCallShare);
    const now = await keystoneNow(access);
    if (now < lapsesAt - lastCall || now >= lapsesAt) return [];
    throw notAcknowledged(args, current, awaited, `the one before lapses at ${previous.expiresAt}`);
  }
  return [
    {
      what: `use of the credential of ${args.user.name}`,
      have: `acknowledged by ${consumers.length} of ${consumers.length} consumers`,
      want: `generation ${current.generation} recorded as in use`,
    },
  ];
}

/**
 * Another generation would delete the one that somebody may still use.
 * @throws Failure PreconditionFailed naming the consumers that have not acknowledged what is published
 */
export async function requireAcknowledged(
  access: CredentialAccess,
  args: CredentialArgs,
  published: PublishedCredential,
  now: number,
): Promise<void> {
  const { previous } = published;
  // An emergency retires at once, on purpose.
  if (args.tokenSeconds === 0 || previous === null || now >= Date.parse(previous.expiresAt)) return;
  const awaited = await awaitedOf(access, args, published.generation);
  if (awaited.length === 0) return requireTokensEnded(access, args, published, now);
  const why = `a further one would delete ${previous.name}, which they may still use`;
  throw notAcknowledged(args, published, awaited, why);
}

/** Consumers that are no programs of ours may not log in again by themselves when a token ends under them. */
async function requireTokensEnded(
  access: CredentialAccess,
  args: CredentialArgs,
  published: PublishedCredential,
  now: number,
): Promise<void> {
  if (args.user.consumers === undefined || args.user.consumers.length === 0) return;
  const { use } = await readRecords(access.store, args);
  const until = retireAt(published, use.value, args.tokenSeconds);
  if (until === null || now >= until) return;
  const { previous } = published;
  throw new Failure(
    'PreconditionFailed',
    `Tokens of ${previous?.name ?? 'the one before'} may be in use until ${new Date(until).toISOString()}: a further generation would end them`,
    {
      on: `cloud ${args.subject.name}`,
      hint: `Wait until then, or have it done at once: holdfast credentials rotate ${args.subject.name} ${args.user.name} --emergency`,
    },
  );
}

async function awaitedOf(
  access: CredentialAccess,
  args: CredentialArgs,
  generation: number,
): Promise<string[]> {
  const { consumers = [] } = args.user;
  if (consumers.length === 0) return [];
  return awaitedConsumers(consumers, await saidBy(access.store, args), generation);
}

function notAcknowledged(
  { subject, user }: CredentialArgs,
  { generation }: PublishedCredential,
  awaited: readonly string[],
  why: string,
): Failure {
  const [first = ''] = awaited;
  return new Failure(
    'PreconditionFailed',
    `Generation ${generation} of ${user.name} is not acknowledged by ${awaited.join(', ')}: ${why}`,
    {
      on: `cloud ${subject.name}`,
      hint: `Have them read it, then: holdfast credentials ack ${subject.name} ${user.name} --consumer ${first} --generation ${generation}`,
    },
  );
}

/** @throws Failure PreconditionFailed for a generation that was not published, which nobody can use */
export async function acknowledgementDifferencesOf(
  access: CredentialAccess,
  args: AcknowledgementArgs,
): Promise<Difference[]> {
  const { published } = await readRecords(access.store, args);
  const newest = published.value?.generation ?? 0;
  if (args.generation > newest)
    throw new Failure(
      'PreconditionFailed',
      `Generation ${args.generation} of ${args.user.name} was not published`,
      {
        on: `cloud ${args.subject.name}`,
        cause: newest === 0 ? 'none was' : `the newest is ${newest}`,
        hint: `Look: holdfast credentials status ${args.subject.name}`,
      },
    );
  const said = await readAcknowledgements(access.store, args);
  const have = said.value?.consumers[args.consumer]?.generation ?? 0;
  if (have >= args.generation) return [];
  return [
    {
      what: `use by ${args.consumer}`,
      have: have === 0 ? 'none recorded' : `generation ${have}`,
      want: `generation ${args.generation}`,
    },
  ];
}

/** @idempotent never goes back to an earlier generation */
export async function recordAcknowledgement(
  access: CredentialAccess,
  args: AcknowledgementArgs,
): Promise<string> {
  const { consumer, generation, actor } = args;
  const said = await readAcknowledgements(access.store, args);
  const { consumers = {} } = said.value ?? {};
  if ((consumers[consumer]?.generation ?? 0) >= generation) return 'recorded already';
  const one = { generation, actor, at: new Date().toISOString() };
  const all = { consumers: { ...consumers, [consumer]: one } };
  await writeRecord(access.store, args, 'acknowledgements', all, said.version);
  return `${consumer} uses generation ${generation}`;
}

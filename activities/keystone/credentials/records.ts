// SPDX-License-Identifier: Apache-2.0
// The records of one user's credential in the secret store, each written by check-and-set. Decides nothing.
import {
  credentialRef,
  type Acknowledgements,
  type CredentialArgs,
  type CredentialPart,
  type CredentialUse,
  type CredentialUser,
  type PendingCredential,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import {
  parseAcknowledgements,
  parsePending,
  parsePublished,
  parseUse,
} from '../../../workflows/contracts/credentials/credential.schema.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { Failure } from '../../clients/failure.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';

/** A record with the version that a write must meet; 0 for one that was never written. */
interface Versioned<T> {
  readonly value: T | null;
  readonly version: number;
}

/** Of a credential that nobody was seen to use. */
export const noUse: CredentialUse = {
  generation: 0,
  acknowledgedAt: new Date(0).toISOString(),
  retiredGeneration: 0,
};

export interface CredentialRecords {
  readonly published: Versioned<PublishedCredential>;
  readonly pending: Versioned<PendingCredential>;
  readonly use: Versioned<CredentialUse>;
}

/** Whose records. */
export interface Owner extends Pick<CredentialArgs, 'subject'> {
  readonly user: Pick<CredentialUser, 'name'>;
}

/** @throws Failure Rejected when a record is damaged: nothing is decided on half of the truth */
export async function readRecords(store: SecretStore, owner: Owner): Promise<CredentialRecords> {
  return {
    published: await read(store, owner, 'published', parsePublished),
    pending: await read(store, owner, 'pending', parsePending),
    use: await read(store, owner, 'use', parseUse),
  };
}

/** What consumers have said. @throws Failure Rejected when the record is damaged */
export function readAcknowledgements(store: SecretStore, owner: Owner): Promise<Versioned<Acknowledgements>> {
  return read(store, owner, 'acknowledgements', parseAcknowledgements);
}

/** Both what was recorded and what consumers marked the published credential with, such as `ack-compute-07: 4`. */
export async function saidBy(store: SecretStore, owner: Owner): Promise<Acknowledgements> {
  const recorded = (await readAcknowledgements(store, owner)).value?.consumers ?? {};
  const marks = await store.marks(credentialRef(owner.subject, owner.user.name, 'published'));
  const consumers = { ...recorded };
  for (const [key, text] of Object.entries(marks)) {
    const [, name] = /^ack-(.+)$/.exec(key) ?? [];
    const generation = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
    if (name === undefined || generation <= (consumers[name]?.generation ?? 0)) continue;
    consumers[name] = { generation, at: '', actor: `${name}, by a mark in the secret store` };
  }
  return { consumers };
}

/** @throws Failure Conflict when somebody else wrote it since it was read */
export async function writeRecord(
  store: SecretStore,
  { subject, user }: Owner,
  part: CredentialPart,
  value: PublishedCredential | PendingCredential | CredentialUse | Acknowledgements,
  expectedVersion: number,
): Promise<void> {
  await store.put(credentialRef(subject, user.name, part), JSON.stringify(value), expectedVersion);
}

async function read<T>(
  store: SecretStore,
  { subject, user }: Owner,
  part: CredentialPart,
  parse: (raw: unknown) => Parsed<T>,
): Promise<Versioned<T>> {
  const reference = credentialRef(subject, user.name, part);
  const stored = await store.get(reference);
  if (stored === null) return { value: null, version: 0 };
  const parsed = parse(jsonOrNull(stored.value));
  if (parsed.ok) return { value: parsed.value, version: stored.version };
  throw new Failure('Rejected', `The record ${reference} of the secret store is damaged`, {
    on: 'secret store',
    cause: parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    hint: `Restore the folder of secrets from a backup: holdfast restore FILE`,
  });
}

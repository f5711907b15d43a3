// SPDX-License-Identifier: Apache-2.0
// The records of one user's credential in the secret store, each written by check-and-set. Decides nothing.
import {
  credentialRef,
  type CredentialArgs,
  type CredentialPart,
  type CredentialUse,
  type PendingCredential,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import {
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

export interface CredentialRecords {
  readonly published: Versioned<PublishedCredential>;
  readonly pending: Versioned<PendingCredential>;
  readonly use: Versioned<CredentialUse>;
}

type Owner = Pick<CredentialArgs, 'box' | 'user'>;

/** @throws Failure Rejected when a record is damaged: nothing is decided on half of the truth */
export async function readRecords(secrets: SecretStore, owner: Owner): Promise<CredentialRecords> {
  return {
    published: await read(secrets, owner, 'published', parsePublished),
    pending: await read(secrets, owner, 'pending', parsePending),
    use: await read(secrets, owner, 'use', parseUse),
  };
}

/** @throws Failure Conflict when somebody else wrote it since it was read */
export async function writeRecord(
  secrets: SecretStore,
  { box, user }: Owner,
  part: CredentialPart,
  value: PublishedCredential | PendingCredential | CredentialUse,
  expectedVersion: number,
): Promise<void> {
  await secrets.put(credentialRef(box, user.name, part), JSON.stringify(value), expectedVersion);
}

async function read<T>(
  secrets: SecretStore,
  { box, user }: Owner,
  part: CredentialPart,
  parse: (raw: unknown) => Parsed<T>,
): Promise<Versioned<T>> {
  const reference = credentialRef(box, user.name, part);
  const stored = await secrets.get(reference);
  if (stored === null) return { value: null, version: 0 };
  const parsed = parse(jsonOrNull(stored.value));
  if (parsed.ok) return { value: parsed.value, version: stored.version };
  throw new Failure('Rejected', `The record ${reference} of the secret store is damaged`, {
    on: 'secret store',
    cause: parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    hint: `Restore the folder of secrets from a backup: holdfast restore FILE`,
  });
}

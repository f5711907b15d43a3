// SPDX-License-Identifier: Apache-2.0
// How far a rotation of a password came, in the secret store, written by check-and-set. Decides nothing.
import type { SecretRef } from '../../workflows/contracts/box/brands.ts';
import {
  parsePasswordRotation,
  type PasswordRotation,
} from '../../workflows/contracts/keys/password-rotation.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { Failure } from '../clients/failure.ts';
import type { SecretStore } from '../clients/secrets/secret-store.ts';

/** With the version that a write must meet. @throws Failure Rejected when the record is damaged */
export async function readRotation(
  secrets: SecretStore,
  reference: SecretRef,
): Promise<{ readonly rotation: PasswordRotation; readonly version: number }> {
  const stored = await secrets.get(reference);
  if (stored === null) return { rotation: { secret: null, endedBy: null }, version: 0 };
  const parsed = parsePasswordRotation(jsonOrNull(stored.value));
  if (parsed.ok) return { rotation: parsed.value, version: stored.version };
  throw new Failure('Rejected', `The record ${reference} of the secret store is damaged`, {
    on: 'secret store',
    cause: parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    hint: 'Restore the folder of secrets from a backup: holdfast restore FILE',
  });
}

/** @throws Failure Conflict when somebody else wrote it since it was read */
export async function writeRotation(
  secrets: SecretStore,
  reference: SecretRef,
  rotation: PasswordRotation,
  expectedVersion: number,
): Promise<void> {
  await secrets.put(reference, JSON.stringify(rotation), expectedVersion);
}

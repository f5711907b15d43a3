// SPDX-License-Identifier: Apache-2.0
// Whether the secret store of a cloud can be used, asked before anything is decided. Changes nothing.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialsArgs } from '../../../workflows/ports/cloud/credentials.ts';
import { VaultSecretStore } from '../../clients/vault/vault-store.ts';
import type { CredentialAccess } from './access.ts';
import { readRecords } from './records.ts';

/** @throws Failure when it does not answer, lets nobody in, or holds a damaged record */
export async function storeDifferences(
  { store }: CredentialAccess,
  { subject, users }: CredentialsArgs,
): Promise<Difference[]> {
  const differences = store instanceof VaultSecretStore ? await store.mountDifferences() : [];
  if (differences.length > 0) return differences;
  for (const user of users) await readRecords(store, { subject, user });
  return [];
}

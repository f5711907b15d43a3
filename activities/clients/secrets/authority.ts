// SPDX-License-Identifier: Apache-2.0
// Finds a box's certificate authority in the secret store. Makes none.
import { secretRef, type SecretRef } from '../../../workflows/contracts/box/brands.ts';
import type { KeyedCertificate } from './certificates.ts';
import { Failure } from '../failure.ts';
import type { SecretStore } from './secret-store.ts';

/** Where the pair lies. */
export const authorityRef = (box: string): SecretRef => secretRef(`boxes/${box}/certificate-authority`);

/** The authority's pair; null when there is none. */
export async function readAuthority(
  secrets: SecretStore,
  box: string,
): Promise<{ pair: KeyedCertificate; version: number } | null> {
  const stored = await secrets.get(authorityRef(box));
  return stored === null
    ? null
    : { pair: JSON.parse(stored.value) as KeyedCertificate, version: stored.version };
}

/** @throws Failure Unreachable when the box has no authority yet */
export async function requireAuthority(secrets: SecretStore, box: string): Promise<KeyedCertificate> {
  const found = await readAuthority(secrets, box);
  if (found === null)
    throw new Failure('Unreachable', `Box ${box} has no certificate authority yet`, { on: `box ${box}` });
  return found.pair;
}

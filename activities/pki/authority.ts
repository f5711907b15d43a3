// SPDX-License-Identifier: Apache-2.0
// Keeps a box's certificate authority in the secret store. Signs nothing but itself.
// Touches: secret store
import type { PkiPort } from '../../workflows/ports/pki.ts';
import { secretRef, type SecretRef } from '../../workflows/contracts/brands.ts';
import { authorityDifferences, createAuthority, type KeyedCertificate } from '../clients/certificates.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import type { SecretStore } from '../clients/secret-store.ts';
import { applying, observing } from '../row-scope.ts';

const reference = (box: string): SecretRef => secretRef(`boxes/${box}/certificate-authority`);

/** The authority's pair; null when there is none. */
export async function readAuthority(
  secrets: SecretStore,
  box: string,
): Promise<{ pair: KeyedCertificate; version: number } | null> {
  const stored = await secrets.get(reference(box));
  return stored === null
    ? null
    : { pair: JSON.parse(stored.value) as KeyedCertificate, version: stored.version };
}

/** @throws Failure PreconditionFailed when the box has no authority yet */
export async function requireAuthority(secrets: SecretStore, box: string): Promise<KeyedCertificate> {
  const found = await readAuthority(secrets, box);
  if (found === null)
    throw new Failure('Unreachable', `Box ${box} has no certificate authority yet`, { on: `box ${box}` });
  return found.pair;
}

export function authorityActivities({
  secrets,
}: Clients): Pick<PkiPort, 'observeAuthority' | 'createAuthority'> {
  return {
    observeAuthority: observing(async ({ box, commonName }) => {
      const found = await readAuthority(secrets, box);
      if (found === null)
        return [{ what: `certificate authority of ${box}`, have: 'none', want: commonName }];
      return authorityDifferences(found.pair, new Date());
    }),
    createAuthority: applying(async ({ box, commonName, lifetimeDays }) => {
      const found = await readAuthority(secrets, box);
      const pair = await createAuthority(commonName, lifetimeDays);
      await secrets.put(reference(box), JSON.stringify(pair), found?.version ?? 0);
      return undefined;
    }),
  };
}

// SPDX-License-Identifier: Apache-2.0
// Keeps a box's certificate authority in the secret store. Signs nothing but itself.
import type { PkiPort } from '../../workflows/ports/pki.ts';
import { authorityRef, readAuthority } from '../clients/secrets/authority.ts';
import { authorityDifferences, createAuthority } from '../clients/secrets/certificates.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';

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
      await secrets.put(authorityRef(box), JSON.stringify(pair), found?.version ?? 0);
      return undefined;
    }),
  };
}

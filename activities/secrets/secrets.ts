// SPDX-License-Identifier: Apache-2.0
// Makes secrets exist, once. Never reads one out.
import type { SecretsPort } from '../../workflows/ports/secrets.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { randomSecret } from '../clients/secrets/secret-store.ts';
import { applying, observing } from '../step-scope.ts';

export function secretActivities({ secrets }: Clients): SecretsPort {
  return {
    observeSecrets: observing(async ({ references }) => {
      const states = await Promise.all(
        references.map(async (reference) => [reference, await secrets.get(reference)] as const),
      );
      return states
        .filter(([, stored]) => stored === null)
        .map(([reference]) => ({ what: `secret ${reference}`, have: 'none', want: 'generated' }));
    }),
    generateSecrets: applying(async ({ references }) => {
      for (const reference of references) {
        if ((await secrets.get(reference)) !== null) continue;
        // Somebody else who made it first is as good.
        await secrets.put(reference, randomSecret(), 0).catch((error: unknown) => {
          if (!(error instanceof Failure && error.code === 'Conflict')) throw error;
        });
      }
      return undefined;
    }),
  };
}

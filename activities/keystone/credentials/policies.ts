// SPDX-License-Identifier: Apache-2.0
// The policies of a cloud in its Vault, written by a login of their own: the one that rotates has no right to.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { VaultPoliciesArgs } from '../../../workflows/ports/cloud/credentials.ts';
import { VaultPolicyClient } from '../../clients/vault/vault-policy-client.ts';

/** @throws Failure when Vault does not answer or the login may not read policies */
export async function policyDifferences({ store, policies }: VaultPoliciesArgs): Promise<Difference[]> {
  return withClient(store, async (client) => {
    const differences: Difference[] = [];
    for (const { name, text } of policies) {
      const have = await client.read(name);
      if (have === text) continue;
      differences.push({
        what: `policy ${name} of Vault`,
        have: have === null ? 'absent' : 'another text',
        want: 'as holdfast cloud policies prints it',
      });
    }
    return differences;
  });
}

/** Idempotent; other policies are not touched. */
export async function applyPolicies({ store, policies }: VaultPoliciesArgs): Promise<undefined> {
  return withClient(store, async (client) => {
    for (const { name, text } of policies)
      if ((await client.read(name)) !== text) await client.write(name, text);
    return undefined;
  });
}

async function withClient<T>(
  store: VaultPoliciesArgs['store'],
  work: (client: VaultPolicyClient) => Promise<T>,
): Promise<T> {
  const client = new VaultPolicyClient(store);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

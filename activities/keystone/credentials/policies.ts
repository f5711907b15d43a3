// SPDX-License-Identifier: Apache-2.0
// The policies of a cloud in its Vault, written by a login of their own: the one that rotates has no right to.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { VaultPoliciesArgs } from '../../../workflows/ports/cloud/credentials.ts';
import { VaultPolicyClient } from '../../clients/vault/vault-policy-client.ts';

/** @throws Failure when Vault does not answer or the login may not read policies */
export async function policyDifferences({ store, policies }: VaultPoliciesArgs): Promise<Difference[]> {
  const differing = await withClient(store, (client) => differingOf(client, policies));
  return differing.map(({ name, isThere }) => ({
    what: `policy ${name} of Vault`,
    have: isThere ? 'another text' : 'absent',
    want: 'as holdfast cloud policies prints it',
  }));
}

/** Idempotent; other policies are not touched. */
export async function applyPolicies({ store, policies }: VaultPoliciesArgs): Promise<undefined> {
  return withClient(store, async (client) => {
    for (const { name, text } of await differingOf(client, policies)) await client.write(name, text);
    return undefined;
  });
}

async function differingOf(
  client: VaultPolicyClient,
  policies: VaultPoliciesArgs['policies'],
): Promise<{ readonly name: string; readonly text: string; readonly isThere: boolean }[]> {
  const all = await Promise.all(
    policies.map(async ({ name, text }) => ({ name, text, have: await client.read(name) })),
  );
  return all
    .filter(({ text, have }) => have !== text)
    .map(({ name, text, have }) => ({ name, text, isThere: have !== null }));
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

// SPDX-License-Identifier: Apache-2.0
// Policies of a Vault, against a double of its answers: absent, another text, as wanted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPolicies, policyDifferences } from '../../activities/keystone/credentials/policies.ts';
import type { VaultSettings } from '../../workflows/contracts/credentials/secret-store.ts';
import { sealableVault } from '../proofs/rotations/sealable-vault.ts';
import type { VaultDouble } from './vault-double.ts';

let folder: string;
let vault: VaultDouble;
let store: VaultSettings;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-policies-'));
  ({ vault, settings: store } = await sealableVault(folder));
});
afterAll(async () => {
  await vault.close();
  await rm(folder, { recursive: true });
});

const policies = [
  { name: 'holdfast-lab-rotator', text: 'path "secret/*" { capabilities = ["read"] }' },
  { name: 'holdfast-lab-nova', text: 'path "secret/nova" { capabilities = ["read"] }' },
];

it('policyDifferences() names what is absent or has another text, and applyPolicies() writes just that', async () => {
  const absent = { have: 'absent', want: 'as holdfast cloud policies prints it' };
  expect(await policyDifferences({ store, policies })).toEqual([
    { what: 'policy holdfast-lab-rotator of Vault', ...absent },
    { what: 'policy holdfast-lab-nova of Vault', ...absent },
  ]);
  await applyPolicies({ store, policies });
  expect(await policyDifferences({ store, policies })).toEqual([]);
  const [rotator, nova] = policies;
  const changed = [rotator, { name: nova?.name ?? '', text: 'path "secret/other" {}' }].filter(
    (each) => each !== undefined,
  );
  expect(await policyDifferences({ store, policies: changed })).toMatchObject([
    { what: 'policy holdfast-lab-nova of Vault', have: 'another text' },
  ]);
  vault.requests.length = 0;
  await applyPolicies({ store, policies: changed });
  const writes = vault.requests.filter((request) => /^(POST|PUT) .*sys\/policies/.test(request));
  expect(writes).toEqual(['POST /v1/sys/policies/acl/holdfast-lab-nova']);
  // Each session gave its token back.
  expect(vault.tokens).toBe(0);
});

it('policyDifferences() is Unreachable when Vault is sealed', async () => {
  vault.isSealed = true;
  await expect(policyDifferences({ store, policies })).rejects.toMatchObject({ code: 'Unreachable' });
  vault.isSealed = false;
});

// SPDX-License-Identifier: Apache-2.0
// The secret store in a real Vault: the contract that the embedded store and the double pass too, logins, policies, a seal.
// Proves: activities/clients/vault workflows/contracts/cloud cli/commands/cloud test/vault
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, issue } from '../../activities/clients/secrets/certificates.ts';
import { VaultSecretStore } from '../../activities/clients/vault/vault-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';
import { parseCloudSpec } from '../../workflows/contracts/cloud/cloud-spec.schema.ts';
import type { CloudSpec } from '../../workflows/contracts/cloud/cloud-spec.ts';
import { vaultPolicies } from '../../workflows/contracts/cloud/vault-policies.ts';
import type { VaultSettings } from '../../workflows/contracts/credentials/secret-store.ts';
import { holdfast } from '../cli/doubles/samples.ts';
import { exampleAuthority } from '../plans/example-ceremony.ts';
import { secretStoreContract } from '../vault/secret-store-contract.ts';
import { CertifiedHosts } from './vault/certified-hosts.ts';
import { RealVault } from './vault/real-vault.ts';

const whole = 'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] }';
const mountRule = 'path "sys/internal/ui/mounts/secret" { capabilities = ["read"] }';
const part = (user: string, name: string) => secretRef(`clouds/lab/credentials/${user}/${name}`);

let vault: RealVault;
let settings: VaultSettings;

/** An AppRole with these policies, and the store that logs in by it. */
async function appRole(
  role: string,
  policy: string,
  change: Partial<VaultSettings> = {},
): Promise<VaultSecretStore> {
  await vault.command(['policy', 'write', role, '-'], policy);
  await vault.command(['write', `auth/approle/role/${role}`, `token_policies=${role}`]);
  const roleId = await vault.command(['read', '-field=role_id', `auth/approle/role/${role}/role-id`]);
  const secretIdFile = join(vault.folder, role);
  const command = ['write', '-f', '-field=secret_id', `auth/approle/role/${role}/secret-id`];
  await writeFile(secretIdFile, await vault.command(command));
  const login = { kind: 'approle', mount: 'approle', roleId, secretIdFile } as const;
  return new VaultSecretStore({ ...settings, login, ...change });
}

beforeAll(async () => {
  vault = await RealVault.start();
  settings = {
    kind: 'vault',
    address: vault.address,
    authorityFile: vault.authorityFile,
    mount: 'secret',
    prefix: 'holdfast',
    login: { kind: 'approle', mount: 'approle', roleId: '', secretIdFile: '' },
  };
  await vault.command(['auth', 'enable', 'approle']);
  await vault.command(['auth', 'enable', 'cert']);
  await vault.command(['secrets', 'enable', '-path=old', '-version=1', 'kv']);
}, 1_500_000);
afterAll(() => vault.stop());

describe('the contract of secret stores', () => {
  let store: VaultSecretStore;
  beforeAll(async () => {
    store = await appRole('whole', whole);
  });
  secretStoreContract(() => store);
});

describe('what the double answers, a real one answers too', () => {
  it('puts over a secret that was deleted softly', async () => {
    const store = await appRole('soft', `${whole}\n${mountRule}`);
    const reference = secretRef('clouds/lab/soft/published');
    await store.put(reference, 'one', 0);
    await vault.command(['kv', 'delete', '-mount=secret', 'holdfast/clouds/lab/soft/published']);
    expect(await store.get(reference)).toBeNull();
    expect(await store.put(reference, 'two', 0)).toBe(2);
    expect(await store.mountDifferences()).toEqual([]);
  });

  it('tells a mount that counts no versions', async () => {
    const policy = 'path "old/*" { capabilities = ["read"] }';
    const store = await appRole('old', `${policy}\n${mountRule.replace('secret', 'old')}`, { mount: 'old' });
    expect(await store.mountDifferences()).toEqual([
      { what: 'mount old of Vault', have: 'kv version 1', want: 'kv version 2' },
    ]);
  });

  it('logs in by a certificate, and again when its token was revoked', async () => {
    const authority = await createAuthority('clients', 1);
    const files = { certificatePath: '', keyPath: '', owner: '', group: '' };
    const wanted = { ...files, id: 'rotator', commonName: 'rotator', names: [], addresses: [] };
    const client = await issue(authority, { ...wanted, usage: 'client' }, 1);
    const [ca, certificateFile, keyFile] = ['clients.pem', 'rotator.pem', 'rotator.key'].map((name) =>
      join(vault.folder, name),
    ) as [string, string, string];
    await writeFile(ca, authority.certificate);
    await writeFile(certificateFile, client.certificate);
    await writeFile(keyFile, client.key);
    await vault.command(['policy', 'write', 'cert', '-'], whole);
    await vault.command(['write', 'auth/cert/certs/rotator', `certificate=@${ca}`, 'token_policies=cert']);
    const login = { kind: 'certificate', mount: 'cert', certificateFile, keyFile } as const;
    const store = new VaultSecretStore({ ...settings, login });
    const reference = secretRef('clouds/lab/cert/published');
    expect(await store.put(reference, 'one', 0)).toBe(1);
    await vault.command(['lease', 'revoke', '-force', '-prefix', 'auth/cert/']);
    expect(await store.get(reference)).toEqual({ value: 'one', version: 1 });
    await store.close();
  });
});

describe('the policies that holdfast prints', () => {
  let spec: CloudSpec;
  const template = { mount: 'old', path: 'service-users', version: 1 as const };

  beforeAll(() => {
    const parsed = parseCloudSpec({
      apiVersion: 'holdfast/v1',
      kind: 'Cloud',
      name: 'lab',
      administrator: 'lab-admin',
      users: [{ name: 'nova', consumers: ['compute-07'] }, { name: 'glance' }],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    spec = parsed.value;
  });

  it('let the rotator do what a rotation does, and consumers read theirs alone', async () => {
    const policies = vaultPolicies(spec, { ...settings, template });
    const [rotator, nova] = policies.map(({ text }) => text) as [string, string];
    const writer = await appRole('rotator', rotator);
    expect(await writer.mountDifferences()).toEqual([]);
    for (const name of ['published', 'pending', 'use', 'owner', 'acknowledgements'])
      expect(await writer.put(part('nova', name), `{"generation":1,"of":"${name}"}`, 0)).toBe(1);
    await writer.writePlain(template, 'nova', { application_credential_id: 'id' });
    expect(await writer.readPlain(template, 'nova')).toEqual({ application_credential_id: 'id' });
    const reader = await appRole('consumer', nova);
    expect(await reader.get(part('nova', 'published'))).toMatchObject({ version: 1 });
    for (const name of ['pending', 'owner'])
      await expect(reader.get(part('nova', name))).rejects.toMatchObject({ code: 'Rejected' });
    await expect(reader.get(part('glance', 'published'))).rejects.toMatchObject({ code: 'Rejected' });
    await expect(reader.put(part('nova', 'published'), 'other', 1)).rejects.toMatchObject({
      code: 'Rejected',
    });
    const path = 'holdfast/clouds/lab/credentials/nova/published';
    await vault.command([
      'kv',
      'metadata',
      'patch',
      '-mount=secret',
      '-custom-metadata=ack-compute-07=1',
      path,
    ]);
    expect(await writer.marks(part('nova', 'published'))).toEqual({ 'ack-compute-07': '1' });
  });
});

describe('logins by certificates of an authority, by the lines that holdfast prints', () => {
  const users = [
    { name: 'nova', consumers: ['compute-07', 'compute-08'] },
    { name: 'glance', consumers: ['compute-08'] },
  ];
  const refused = { code: 'Rejected' };
  let hosts: CertifiedHosts;
  let crl: Buffer;
  let lines: string;
  const server = createServer((_, response) => response.end(crl));

  /** Logs in by the certificate of a host, by a role or by whichever fits. */
  async function loggedIn(host: string, role?: string): Promise<VaultSecretStore> {
    const files = await hosts.leaf(host);
    const login = {
      kind: 'certificate',
      mount: 'cert',
      ...files,
      ...(role !== undefined && { role }),
    } as const;
    return new VaultSecretStore({ ...settings, login });
  }

  beforeAll(async () => {
    hosts = await CertifiedHosts.create(join(vault.folder, 'hosts'));
    crl = await hosts.crl(false);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { root, profile, ...authority } = exampleAuthority();
    const login = { kind: 'certificate', certificateFile: '/own.pem', keyFile: '/own.key' };
    const cloud = {
      apiVersion: 'holdfast/v1',
      kind: 'Cloud',
      name: 'hosts',
      administrator: 'lab-admin',
      users,
      store: { kind: 'vault', address: settings.address, login },
    };
    const files = {
      '/state/clouds/hosts/spec.json': JSON.stringify(cloud),
      '/state/authorities/lab/spec.json': JSON.stringify({
        ...authority,
        root: { ...root, certificate: await hosts.root },
        profile: { ...profile, crlUrl: `http://127.0.0.1:${port}/root.crl` },
      }),
    };
    const words = ['--authority', 'lab', '--rotator', 'desk.cloud.example', '--domain', 'cloud.example'];
    ({ stdout: lines } = await holdfast({ args: ['cloud', 'policies', 'hosts', ...words], files }));
    await vault.script(lines);
  });
  afterAll(() => server.close());

  it('let the rotator write, and each host read what it consumes and nothing else', async () => {
    const own = (user: string, name = 'published') => secretRef(`clouds/hosts/credentials/${user}/${name}`);
    const rotator = await loggedIn('desk.cloud.example');
    for (const { name } of users) expect(await rotator.put(own(name), '{"generation":1}', 0)).toBe(1);
    const [first, second] = [
      await loggedIn('compute-07.cloud.example'),
      await loggedIn('compute-08.cloud.example'),
    ];
    expect(await first.get(own('nova'))).toMatchObject({ version: 1 });
    await expect(first.get(own('glance'))).rejects.toMatchObject(refused);
    await expect(first.put(own('nova'), 'other', 1)).rejects.toMatchObject(refused);
    expect(await second.get(own('glance'))).toMatchObject({ version: 1 });
    await expect(second.get(own('glance', 'owner'))).rejects.toMatchObject(refused);
  });

  it('let in no host by the role of another, and none that has no role', async () => {
    const role = 'holdfast-hosts-host-compute-08.cloud.example';
    const reference = secretRef('clouds/hosts/credentials/nova/published');
    const other = await loggedIn('compute-07.cloud.example', role);
    await expect(other.get(reference)).rejects.toMatchObject(refused);
    const stranger = await loggedIn('compute-99.cloud.example');
    await expect(stranger.get(reference)).rejects.toMatchObject(refused);
  });

  it('let in nobody by a leaf of a revoked intermediate, once Vault has read the CRL again', async () => {
    crl = await hosts.crl(true);
    const reference = secretRef('clouds/hosts/credentials/nova/published');
    // Of itself it reads it when the one before has ended.
    const before = await loggedIn('compute-07.cloud.example');
    expect(await before.get(reference)).toMatchObject({ version: 1 });
    const [, line = ''] = /(?:^|\n)# Vault reads the CRL .*\n(.*\n)/.exec(lines) ?? [];
    await vault.script(line);
    const store = await loggedIn('compute-07.cloud.example');
    await expect(store.get(reference)).rejects.toMatchObject({ message: 'The login to Vault was refused' });
  });
});

describe('a seal', () => {
  it('makes every call Unreachable', async () => {
    const store = await appRole('last', whole);
    await store.get(secretRef('clouds/lab/last/published'));
    await vault.command(['operator', 'seal']);
    await expect(store.get(secretRef('clouds/lab/last/published'))).rejects.toMatchObject({
      code: 'Unreachable',
      message: 'Vault is sealed',
    });
  });
});

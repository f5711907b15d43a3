// SPDX-License-Identifier: Apache-2.0
// `credentials rotate` starts what it was asked for; `credentials status` shows what a person must know.
import { describe, expect, test } from 'vitest';
import { exampleAuthority } from '../plans/example-ceremony.ts';
import { holdfast, instant, labFiles } from './doubles/samples.ts';

const day = 86_400;
const status = {
  user: 'glance',
  generation: 4,
  name: 'holdfast-glance-4-0123abcd',
  createdAt: instant(-15 * day),
  dueAt: instant(5 * day),
  expiresAt: instant(15 * day),
  roles: ['service'],
  acknowledgedAt: instant(-15 * day),
  previous: null,
};
const path = '/state/boxes/lab/credentials.json';
const withStatus = (...users: object[]) => ({ ...labFiles, [path]: JSON.stringify({ users }) });

describe('credentials status', () => {
  test('shows life, due and expiry of each user', async () => {
    const late = { ...status, user: 'nova', dueAt: instant(-day), acknowledgedAt: null };
    const dead = { ...status, user: 'neutron', expiresAt: instant(-3600) };
    const args = ['credentials', 'status', 'lab'];
    const { stdout, exitCode } = await holdfast({ args, files: withStatus(status, late, dead) });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        'USER     GENERATION  LIFE                    DUE      EXPIRES  ROLES',
        'glance   4           [##########...|......]  in 5d    in 15d   service  in use',
        'nova     4           [#########|..........]  24h ago  in 15d   service  due, not yet seen in use',
        'neutron  4           [###################|]  in 5d    1h ago   service  expired',
        '',
      ].join('\n'),
    );
  });

  test('says what to do when there is none, or the file is damaged', async () => {
    const args = ['credentials', 'status', 'lab'];
    expect((await holdfast({ args, files: labFiles })).stderr).toContain('holdfast box install FILE');
    const damaged = await holdfast({ args, files: { ...labFiles, [path]: '{' } });
    expect([damaged.exitCode, damaged.stderr]).toEqual([
      1,
      expect.stringContaining('next: holdfast credentials rotate lab --due'),
    ]);
  });
});

describe('credentials rotate', () => {
  test('starts no emergency before the name was typed', async () => {
    const args = ['credentials', 'rotate', 'lab', 'nova', '--emergency'];
    const { client, exitCode, stderr } = await holdfast({ args, files: labFiles });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('next: holdfast credentials rotate lab nova --emergency --confirm lab');
  });

  test.each([
    [[], { users: null, due: false, emergency: false }],
    [['--emergency', '--confirm', 'lab'], { users: null, due: false, emergency: true }],
    [['glance', 'nova', '--due'], { users: ['glance', 'nova'], due: true }],
  ])('starts a rotation when its arguments are %j', async (more, input) => {
    const args = ['credentials', 'rotate', 'lab', ...more, '--detach'];
    const { client, stdout } = await holdfast({ args, files: labFiles });
    expect(stdout).toBe('rotate-credentials/lab\n');
    expect(client.started).toMatchObject([
      { type: 'RotateServiceCredentials', input: { name: 'lab', ...input } },
    ]);
  });
});

describe('credentials rotate --kind', () => {
  test.each([
    [
      ['--kind', 'fernet'],
      'RotateKeystoneKeys',
      'rotate-keys/lab',
      { kind: 'fernet', due: false, emergency: false },
    ],
    [['--kind', 'jws', '--due'], 'RotateKeystoneKeys', 'rotate-keys/lab', { kind: 'jws', due: true }],
    [
      ['--kind', 'fernet', '--emergency', '--confirm', 'lab'],
      'RotateKeystoneKeys',
      'rotate-keys/lab',
      { emergency: true },
    ],
    [['--kind', 'certificates', '--due'], 'RenewCertificates', 'renew-certificates/lab', { name: 'lab' }],
    [['--kind', 'admin'], 'RotateAdministratorPassword', 'rotate-admin/lab', { name: 'lab' }],
    [['--kind', 'applications'], 'RotateServiceCredentials', 'rotate-credentials/lab', { users: null }],
  ])('starts what %j asks for', async (more, type, id, input) => {
    const args = ['credentials', 'rotate', 'lab', ...more, '--detach'];
    const { client, stdout } = await holdfast({ args, files: labFiles });
    expect(stdout).toBe(`${id}\n`);
    expect(client.started).toMatchObject([{ type, input: { name: 'lab', ...input } }]);
  });

  test.each([
    [['--kind', 'frenet'], 'there are: applications, fernet, jws'],
    [['--kind', 'frenet'], '--kind fernet'],
    [['--kind', 'toString'], 'There is no kind toString to rotate'],
    [['nova', '--kind', 'fernet'], 'fernet are of the whole box, not of nova'],
    [['--kind', 'admin', '--due'], 'The password of admin never falls due'],
    [['--kind', 'certificates'], 'certificates are replaced once they are due'],
    [['--kind', 'certificates', '--due', '--emergency'], 'There is no emergency for certificates'],
  ])('refuses %j before anything is started', async (more, message) => {
    const args = ['credentials', 'rotate', 'lab', ...more, '--detach'];
    const { client, exitCode, stderr } = await holdfast({ args, files: labFiles });
    expect([exitCode, stderr, client.started]).toEqual([2, expect.stringContaining(message), []]);
  });
});

const cloud = {
  apiVersion: 'holdfast/v1',
  kind: 'Cloud',
  name: 'far',
  administrator: 'far-admin',
  users: [{ name: 'nova', consumers: ['compute-07'] }],
};
const farFiles = { ...labFiles, '/state/clouds/far/spec.json': JSON.stringify(cloud) };

describe('a cloud that is no box', () => {
  test('is recorded, and its users are rotated by the same command', async () => {
    const files = { ...labFiles, '/work/far.yaml': JSON.stringify(cloud) };
    const recorded = await holdfast({ args: ['cloud', 'record', 'far.yaml'], files });
    expect([recorded.exitCode, recorded.stderr]).toEqual([
      0,
      expect.stringContaining('next: holdfast credentials rotate far'),
    ]);
    const args = ['credentials', 'rotate', 'far', 'nova', '--detach'];
    const { client, stdout } = await holdfast({ args, files: farFiles });
    expect(stdout).toBe('rotate-cloud/far\n');
    expect(client.started).toMatchObject([
      { type: 'RotateCloudCredentials', input: { name: 'far', users: ['nova'] } },
    ]);
  });

  test.each([
    ['tokenLifetime: More than a third', { lifetime: '1d', tokenLifetime: '9h' }],
    ['rotateEvery: Fewer than two', { lifetime: '1d', rotateEvery: '5h' }],
    ['users.1.name: This user is listed before', { users: [{ name: 'nova' }, { name: 'nova' }] }],
    ['folder: A path without', { folder: '/etc/../root' }],
  ])('is refused with %s', async (message, change) => {
    const files = { '/work/far.yaml': JSON.stringify({ ...cloud, ...change }) };
    const { exitCode, stderr } = await holdfast({ args: ['cloud', 'record', 'far.yaml'], files });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('takes no name that a box has', async () => {
    const files = { ...labFiles, '/work/far.yaml': JSON.stringify({ ...cloud, name: 'lab' }) };
    const { exitCode, stderr } = await holdfast({ args: ['cloud', 'record', 'far.yaml'], files });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('A box has the name lab')]);
  });

  test('shows who has not acknowledged', async () => {
    const users = [{ ...status, user: 'nova', acknowledgedAt: null, awaited: ['compute-07'] }];
    const files = { ...farFiles, '/state/clouds/far/credentials.json': JSON.stringify({ users }) };
    const { stdout } = await holdfast({ args: ['credentials', 'status', 'far'], files });
    expect(stdout).toContain('not acknowledged by compute-07');
  });

  test('shows the credential of a user that left the spec until a rotation deletes it', async () => {
    const users = [
      { ...status, user: 'nova' },
      { ...status, user: 'gone' },
    ];
    const files = { ...farFiles, '/state/clouds/far/credentials.json': JSON.stringify({ users }) };
    const { stdout } = await holdfast({ args: ['credentials', 'status', 'far'], files });
    expect(stdout.split('\n').filter((line) => line.includes('left the spec'))).toEqual([
      expect.stringMatching(/^gone .* left the spec, deleted by the next rotation$/),
    ]);
    const { stdout: json } = await holdfast({ args: ['credentials', 'status', 'far', '--json'], files });
    expect((JSON.parse(json) as { hasLeft?: true }[]).map(({ hasLeft }) => hasLeft)).toEqual([
      undefined,
      true,
    ]);
  });

  test('is acknowledged by consumer and generation', async () => {
    const words = ['credentials', 'ack', 'far', 'nova', '--consumer', 'compute-07'];
    const args = [...words, '--generation', '4', '--detach'];
    const { client, stdout } = await holdfast({ args, files: farFiles });
    expect(stdout).toBe('acknowledge-credential/far/nova/compute-07\n');
    expect(client.started).toMatchObject([
      {
        type: 'AcknowledgeCredential',
        input: { name: 'far', user: 'nova', consumer: 'compute-07', generation: 4 },
      },
    ]);
    const without = await holdfast({ args: words, files: farFiles });
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('generation: ')]);
  });

  test('says which names there are when it is not there', async () => {
    const { exitCode, stderr } = await holdfast({
      args: ['credentials', 'status', 'fra'],
      files: farFiles,
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('boxes and clouds recorded: lab, far')]);
    const policies = await holdfast({ args: ['cloud', 'policies', 'fra'], files: farFiles });
    expect(policies.stderr).toContain('clouds recorded: far');
  });

  test('prints the policies of its Vault, and of no other store', async () => {
    const login = { kind: 'approle', roleId: 'rotator', secretIdFile: '/etc/holdfast/secret-id' };
    const template = { mount: 'kv', path: 'service-users' };
    const store = { kind: 'vault', address: 'https://vault.example:8200', login, template };
    const files = { ...labFiles, '/state/clouds/far/spec.json': JSON.stringify({ ...cloud, store }) };
    const { stdout } = await holdfast({ args: ['cloud', 'policies', 'far'], files });
    expect(stdout).toMatchInlineSnapshot(`
      "vault policy write holdfast-far-rotator - <<'POLICY'
      path "secret/data/holdfast/clouds/far/credentials/*" { capabilities = ["create", "read", "update"] }
      path "secret/metadata/holdfast/clouds/far/credentials/*" { capabilities = ["read"] }
      path "sys/internal/ui/mounts/secret" { capabilities = ["read"] }
      path "kv/service-users/*" { capabilities = ["create", "read", "update"] }
      POLICY
      vault policy write holdfast-far-nova - <<'POLICY'
      path "secret/data/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read"] }
      path "secret/metadata/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read", "patch"] }
      POLICY
      "
    `);
    const without = await holdfast({ args: ['cloud', 'policies', 'far'], files: farFiles });
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('lie in no Vault')]);
  });

  test('prints a role and a policy for each host that an authority may certify, and names the others', async () => {
    const login = { kind: 'certificate', certificateFile: '/etc/ssl/own.pem', keyFile: '/etc/ssl/own.key' };
    const store = { kind: 'vault', address: 'https://vault.example:8200', login };
    const users = [
      { name: 'nova', consumers: ['compute-07', 'compute-08.cloud.example'] },
      { name: 'glance', consumers: ['compute-07', 'api.elsewhere.example'] },
    ];
    const authority = exampleAuthority();
    const files = {
      '/state/clouds/far/spec.json': JSON.stringify({ ...cloud, users, store }),
      '/state/authorities/lab/spec.json': JSON.stringify(authority),
    };
    const words = ['--authority', 'lab', '--rotator', 'desk.cloud.example', '--domain', 'cloud.example'];
    const { stdout, stderr } = await holdfast({ args: ['cloud', 'policies', 'far', ...words], files });
    expect(stderr).toBe('api.elsewhere.example: authority lab may not certify it, so it has no role\n');
    const [root = ''] = authority.root.certificate.split('-----END');
    expect(stdout.replaceAll(authority.root.certificate.trimEnd(), 'PEM of the root')).not.toContain(root);
    expect(
      stdout
        .replaceAll(authority.root.certificate.trimEnd(), 'PEM of the root')
        .slice(stdout.indexOf('vault policy write holdfast-far-host')),
    ).toMatchInlineSnapshot(`
      "vault policy write holdfast-far-host-compute-07.cloud.example - <<'POLICY'
      path "secret/data/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read"] }
      path "secret/metadata/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read", "patch"] }
      path "secret/data/holdfast/clouds/far/credentials/glance/published" { capabilities = ["read"] }
      path "secret/metadata/holdfast/clouds/far/credentials/glance/published" { capabilities = ["read", "patch"] }
      POLICY
      vault policy write holdfast-far-host-compute-08.cloud.example - <<'POLICY'
      path "secret/data/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read"] }
      path "secret/metadata/holdfast/clouds/far/credentials/nova/published" { capabilities = ["read", "patch"] }
      POLICY
      vault auth list | grep -q '^cert/' || vault auth enable -path=cert cert
      # Vault reads the CRL now, and again only once that one ends: repeat the next line after each revocation.
      vault write auth/cert/crls/holdfast-lab url=http://ca.cloud.example/root.crl
      vault write auth/cert/certs/holdfast-far-rotator certificate=- allowed_dns_sans=desk.cloud.example token_policies=holdfast-far-rotator token_ttl=900 token_max_ttl=3600 <<'ROOT'
      PEM of the root
      ROOT
      vault write auth/cert/certs/holdfast-far-host-compute-07.cloud.example certificate=- allowed_dns_sans=compute-07.cloud.example token_policies=holdfast-far-host-compute-07.cloud.example token_ttl=900 token_max_ttl=3600 <<'ROOT'
      PEM of the root
      ROOT
      vault write auth/cert/certs/holdfast-far-host-compute-08.cloud.example certificate=- allowed_dns_sans=compute-08.cloud.example token_policies=holdfast-far-host-compute-08.cloud.example token_ttl=900 token_max_ttl=3600 <<'ROOT'
      PEM of the root
      ROOT
      "
    `);
    const json = await holdfast({ args: ['cloud', 'policies', 'far', ...words, '--json'], files });
    expect(JSON.parse(json.stdout)).toMatchObject({
      root: authority.root.certificate,
      crlUrl: authority.profile.crlUrl,
      logins: { mount: 'cert', refused: ['api.elsewhere.example'] },
    });
    const alone = await holdfast({ args: ['cloud', 'policies', 'far', '--domain', 'x.example'], files });
    expect([alone.exitCode, alone.stderr]).toEqual([2, expect.stringContaining('Add --authority NAME')]);
  });

  test('refuses a Vault that is asked in clear', async () => {
    const login = { kind: 'approle', roleId: 'rotator', secretIdFile: '/etc/holdfast/secret-id' };
    const store = { kind: 'vault', address: 'http://vault.example:8200', login };
    const files = { '/work/far.yaml': JSON.stringify({ ...cloud, store }) };
    const { exitCode, stderr } = await holdfast({ args: ['cloud', 'record', 'far.yaml'], files });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('store.address: Not the https address')]);
  });
});

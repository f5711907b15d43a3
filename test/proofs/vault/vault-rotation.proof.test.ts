// SPDX-License-Identifier: Apache-2.0
// A cloud whose records lie in a real Vault, rotated by the command line: through kills, a seal, under a trace of every execve.
// Proves: activities/clients/vault activities/keystone/credentials workflows/operations/rotate-cloud workflows/box/credentials workflows/contracts/cloud
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import { tokenOrNull } from '../../../activities/clients/openstack/cloud.ts';
import type { CredentialStatus } from '../../../workflows/contracts/credentials/credential.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { traceExecutions } from '../../ceremony/exec-trace.ts';
import { createReader } from '../../system/keys/cloud-users.ts';
import { labSpec, type Lab } from '../../system/lab.ts';
import { decodedHistory, filesBelow, findsIn, type Sentinel } from '../../system/secrets/secret-scan.ts';
import { crashLab, runThroughCrashes } from '../crash/crash-run.ts';
import { asAdministrator } from '../sabotage/sabotages.ts';
import { RealVault } from './real-vault.ts';

const box = labSpec('vault-keys', 48);
const cloud = 'vaulted';
const users = ['reporter', 'auditor'];
/** Behind each step that writes, of the user that is rotated first. */
const moments = [
  'policies.after',
  ...['intended', 'published', 'template'].map((step) => `reporter.${step}.after`),
];
const sentinels = new Map<string, Sentinel>();

let lab: Lab;
let vault: RealVault;

/** Any exit code is a result. */
const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });
const keep = (name: string, value: string) => sentinels.set(value, { name, value });

/** What consul-template of the set-up that the option is for would read. */
async function templateOf(user: string): Promise<Record<string, string>> {
  const text = await vault.command(['read', '-format=json', `old/service-users/${user}`]);
  return (JSON.parse(text) as { data: Record<string, string> }).data;
}

/** Each secret that lets somebody in from now on is searched for in the end. */
async function noteSecrets(): Promise<void> {
  for (const user of users) {
    keep(`credential of ${user}`, (await templateOf(user))['application_credential_secret'] ?? '');
    const owner = `holdfast/clouds/${cloud}/credentials/${user}/owner`;
    const stored = await vault.command(['kv', 'get', '-mount=secret', '-format=json', owner]);
    const { data } = JSON.parse(stored) as { data: { data: Record<string, string> } };
    for (const value of Object.values(data.data)) keep(`password of ${user}`, value);
  }
}

async function tokenOf(user: string) {
  const { application_credential_id: id = '', application_credential_secret: secret = '' } =
    await templateOf(user);
  const login = await readCloud(accessDirectory(lab.stateDirectory, box.name), `${box.name}-admin`);
  return tokenOrNull({ ...login, project: null, applicationCredential: { id, secret } });
}

async function status(): Promise<CredentialStatus[]> {
  const { stdout } = await cli('credentials', 'status', cloud, '--json');
  return JSON.parse(stdout) as CredentialStatus[];
}

async function rotate(input: object = {}) {
  const { workflow } = await lab.client();
  const args = [{ name: cloud, ...input }];
  return workflow.start('RotateCloudCredentials', { workflowId: `rotate-cloud/${cloud}`, taskQueue, args });
}

/** Passwords that nobody knows: the first rotation sets them once a person approved. */
async function setUp(): Promise<void> {
  for (const user of users)
    await createReader({ spec: box, stateDirectory: lab.stateDirectory }, user, `${user}-unknown`);
  await vault.command(['auth', 'enable', 'approle']);
  await vault.command(['secrets', 'enable', '-path=old', '-version=1', 'kv']);
  await vault.command(['policy', 'write', 'policies', '-'], policyRule);
  const login = await appRole('rotator', `holdfast-${cloud}-rotator`);
  const policyLogin = await appRole('policies', 'policies');
  await writeFile(join(vault.folder, 'cloud.yaml'), JSON.stringify(cloudSpec({ login, policyLogin })));
  const recorded = await cli('cloud', 'record', join(vault.folder, 'cloud.yaml'));
  expect([recorded.exitCode, recorded.stderr]).toEqual([0, expect.any(String)]);
}

/** An AppRole, and the spec of the login by it. */
async function appRole(role: string, policy: string) {
  await vault.command(['write', `auth/approle/role/${role}`, `token_policies=${policy}`]);
  const roleId = await vault.command(['read', '-field=role_id', `auth/approle/role/${role}/role-id`]);
  const command = ['write', '-f', '-field=secret_id', `auth/approle/role/${role}/secret-id`];
  const secretId = await vault.command(command);
  keep(`secret id of ${role}`, secretId);
  const secretIdFile = join(vault.folder, role);
  await writeFile(secretIdFile, secretId, { mode: 0o600 });
  return { kind: 'approle', roleId, secretIdFile };
}

/** May write the policies of this cloud and read no secret. */
const policyRule = `path "sys/policies/acl/holdfast-${cloud}-*" { capabilities = ["create", "read", "update"] }`;

const cloudSpec = (logins: object) => ({
  apiVersion: 'holdfast/v1',
  kind: 'Cloud',
  name: cloud,
  administrator: `${box.name}-admin`,
  users: users.map((name) => ({ name, roles: ['reader'], consumers: ['desk'] })),
  store: {
    kind: 'vault',
    address: vault.address,
    authorityFile: vault.authorityFile,
    ...logins,
    template: { mount: 'old', path: 'service-users' },
  },
});

beforeAll(async () => {
  // All that node-vault and its libraries say when somebody looks for a fault.
  [lab, vault] = await Promise.all([crashLab({ DEBUG: '*' }), RealVault.start()]);
  await lab.install(box);
  await setUp();
}, 1_800_000);
afterAll(async () => {
  await lab.dispose(box.name);
  await vault.stop();
});

test('policies are written and the first generation is published through kills, in the shape that templates of consumers read', async () => {
  const approve = async () => {
    const deadline = Date.now() + 300_000;
    for (const user of users) {
      const words = ['op', 'approve', `rotate-cloud/${cloud}`, '--step', `${user}.owner`, '--yes'];
      while ((await cli(...words)).exitCode !== 0)
        if (Date.now() > deadline) throw new Error(`The rotation did not ask for ${user}`);
    }
  };
  const { progress, crashes } = await runThroughCrashes(lab, () => rotate(), moments, approve);
  expect(progress.phase).toBe('done');
  expect(crashes).toEqual(expect.arrayContaining(moments));
  for (const user of users) {
    expect(Object.keys(await templateOf(user)).sort()).toEqual(
      [
        'application_credential_id',
        'application_credential_secret',
        'created_at',
        'expires_at',
        'ttl',
      ].sort(),
    );
    expect((await tokenOf(user))?.roles.map(({ name }) => name)).toEqual(['reader']);
  }
  await noteSecrets();
});

test('a consumer says by a mark in Vault that it uses a generation', async () => {
  expect((await status()).map(({ awaited }) => awaited)).toEqual([['desk'], ['desk']]);
  for (const user of users) {
    const path = `holdfast/clouds/${cloud}/credentials/${user}/published`;
    await vault.command(['kv', 'metadata', 'patch', '-mount=secret', '-custom-metadata=ack-desk=1', path]);
  }
  expect((await lab.endOf(await rotate({ due: true }))).phase).toBe('done');
  expect((await status()).map(({ generation, awaited }) => [generation, awaited])).toEqual([
    [1, []],
    [1, []],
  ]);
});

test('a rotation waits while Vault is sealed, and goes on by itself once it is not', async () => {
  await vault.seal();
  const handle = await rotate();
  const failing = ({ steps }: { steps: readonly { failure?: { message: string } }[] }) =>
    steps.some(({ failure }) => failure?.message === 'Vault is sealed');
  try {
    await lab.until(handle, 'Vault is sealed', failing);
  } finally {
    await vault.unseal();
  }
  expect((await lab.endOf(handle)).phase).toBe('done');
  expect((await status()).map(({ generation }) => generation)).toEqual([2, 2]);
  for (const user of users) expect(await tokenOf(user)).not.toBeNull();
  await noteSecrets();
});

test('no argv, environment, log, history or file holds a secret, node-vault asked to tell all', async () => {
  const { worker } = await lab.processes();
  const trace = await traceExecutions(worker);
  expect((await cli('credentials', 'rotate', cloud, '--emergency', '--confirm', cloud)).exitCode).toBe(0);
  expect((await status()).map(({ generation }) => generation)).toEqual([3, 3]);
  await noteSecrets();
  const all = [...sentinels.values()];
  // Two secret ids; of each user two passwords, since an emergency sets another, and three generations.
  expect(all.length).toBe(2 + 2 * 2 + 2 * 3);
  /** A token of Vault begins with `hvs.`. */
  const leaksIn = (place: string, bytes: Buffer): string[] => [
    ...findsIn(place, bytes, all),
    ...(bytes.includes('hvs.') ? [`a token in ${place}`] : []),
  ];
  const { workflow } = await lab.client();
  for await (const { workflowId, runId } of workflow.list()) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    expect(leaksIn(workflowId, decodedHistory(history))).toEqual([]);
  }
  // The trace ends with the worker, and a database at rest has no journal that goes while it is read.
  await lab.down();
  expect(leaksIn('an execve', Buffer.from((await trace.lines()).join('\n')))).toEqual([]);
  const files = await filesBelow(lab.stateDirectory, (path) => path.endsWith('/access/clouds.yaml'));
  expect(files.map((path) => basename(path))).toEqual(expect.arrayContaining(['worker.log', 'temporal.db']));
  for (const path of files) expect(leaksIn(path, await readFile(path))).toEqual([]);
});

test('the search finds what leaks on purpose', async () => {
  const [leak] = [...sentinels.values()];
  const bytes = Buffer.from(JSON.stringify({ leak: leak?.value }));
  expect(findsIn('a leak', bytes, [...sentinels.values()])).toEqual([`${leak?.name} in a leak`]);
});

test('at most two live credentials of each user are left', async () => {
  await asAdministrator({ spec: box, stateDirectory: lab.stateDirectory }, async ({ identity }) => {
    for (const user of users) {
      const found = await identity.users.find({ name: user, domainId: 'default' });
      const all = await identity.applicationCredentials.list(found?.id ?? '');
      expect(all.length).toBe(1);
    }
  });
});

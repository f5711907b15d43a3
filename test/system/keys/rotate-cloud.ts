// SPDX-License-Identifier: Apache-2.0
// RotateCloudCredentials on a Keystone that it is told of by clouds.yaml alone: people approve, consumers speak, nothing is deleted under them.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import { tokenOrNull } from '../../../activities/clients/openstack/cloud.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import {
  credentialRef,
  type CredentialStatus,
  type CredentialUse,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../../workflows/contracts/run/progress.ts';
import { runThroughCrashes } from '../../proofs/crash/crash-run.ts';
import { seededPart } from '../../proofs/runner/seeded-part.ts';
import { asAdministrator } from '../../proofs/sabotage/sabotages.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Lab } from '../lab.ts';
import { createReader } from './cloud-users.ts';
import type { Stand } from './rotate-keys.ts';
import { recordIfAsked } from '../../histories/recording.ts';

/** Of the box whose Keystone is the cloud's; known once the tests begin. */
let lab: Lab;
let spec: BoxSpec;

/** Any exit code is a result. */
const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });

const cloud = { kind: 'cloud', name: 'far' } as const;
const user = 'reporter';
/** Behind each step that writes, once the run was approved. */
const moments = ['owner', 'published', 'delivered'].map((step) => `${user}.${step}.after`);

const folder = () => join(lab.stateDirectory, 'laid');
const asAdmin = <T>(work: Parameters<typeof asAdministrator<T>>[1]) =>
  asAdministrator({ spec, stateDirectory: lab.stateDirectory }, work);

async function rotate(input: object = {}): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  return workflow.start('RotateCloudCredentials', {
    workflowId: 'rotate-cloud/far',
    taskQueue,
    args: [{ name: cloud.name, ...input }],
  });
}

/** The failure with which a run waits for a person. */
async function parked(handle: WorkflowHandle): Promise<Progress> {
  for (;;) {
    const progress = await lab.progress(handle);
    if (progress?.phase === 'needs-operator') return progress;
    if (progress?.phase === 'done') throw new Error('The run ended and waited for nobody');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function status(): Promise<CredentialStatus | undefined> {
  const { stdout } = await cli('credentials', 'status', cloud.name, '--json');
  return (JSON.parse(stdout) as CredentialStatus[])[0];
}

/** Generations that Keystone has. */
const inKeystone = () =>
  asAdmin(async ({ identity }) => {
    const found = await identity.users.find({ name: user, domainId: 'default' });
    const all = await identity.applicationCredentials.list(found?.id ?? '');
    return all.map(({ name }) => Number(/^holdfast-reporter-(\d+)-/.exec(name)?.[1])).sort();
  });

/** What a program that reads the folder logs in by; null when that does not let in. */
async function tokenOfFolder() {
  const { id, secret } = JSON.parse(
    await readFile(join(folder(), `${user}.json`), 'utf8'),
  ) as PublishedCredential;
  const login = await readCloud(accessDirectory(lab.stateDirectory, spec.name), `${spec.name}-admin`);
  return tokenOrNull({ ...login, project: null, applicationCredential: { id, secret } });
}

const createUser = (name: string, password: string) =>
  createReader({ spec, stateDirectory: lab.stateDirectory }, name, password);

async function setUp(): Promise<void> {
  await createUser(user, 'first');
  await mkdir(folder(), { recursive: true });
  await chmod(folder(), 0o700);
  await recordCloud([{ name: user, roles: ['reader'], consumers: ['compute-07'] }]);
}

async function recordCloud(users: readonly object[]): Promise<void> {
  const file = join(lab.stateDirectory, 'far.yaml');
  const head = { apiVersion: 'holdfast/v1', kind: 'Cloud', name: cloud.name };
  const lives = { lifetime: '1d', tokenLifetime: '5m', rotateEvery: '1h' };
  const text = { ...head, administrator: `${spec.name}-admin`, ...lives, users, folder: folder() };
  await writeFile(file, JSON.stringify(text));
  const { exitCode, stderr } = await cli('cloud', 'record', file);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('Cloud far is recorded')]);
}

export function rotateCloudTests(stand: Stand): void {
  beforeAll(() => {
    ({ lab, spec } = stand());
  });

  test('a password is set once a person approved, and a program logs in by what is laid, through kills', async () => {
    await setUp();
    await expect((await rotate({ scheduled: true })).result()).rejects.toMatchObject({
      cause: {
        message:
          'User reporter lets itself in: 1 not met: user reporter: no password of it is stored, wanted logs in to project service with the stored password',
      },
    });
    const handle = await rotate();
    expect((await parked(handle)).steps.find(({ asks }) => asks !== undefined)?.id).toBe(`${user}.owner`);
    const plans = seededPart('rotate-cloud', moments, 0.4);
    const approved = async () => {
      expect((await cli('op', 'approve', 'rotate-cloud/far', '--yes')).exitCode).toBe(0);
      // The run takes the answer and is parked for a moment longer.
      await expect.poll(async () => (await lab.progress(handle))?.phase).not.toBe('needs-operator');
      return handle;
    };
    const { progress, crashes } = await runThroughCrashes(lab, approved, plans);
    expect(progress.phase).toBe('done');
    expect(crashes).toEqual(expect.arrayContaining(plans));
    await recordIfAsked('rotations/rotate-cloud-joined-crashes', handle);
    expect((await tokenOfFolder())?.roles.map(({ name }) => name)).toEqual(['reader']);
    expect(await status()).toMatchObject({ generation: 1, acknowledgedAt: null, awaited: ['compute-07'] });
  });

  test('no generation is deleted that a consumer may still use', async () => {
    expect((await lab.endOf(await rotate())).phase).toBe('done');
    const refused = await parked(await rotate());
    const { failure } = refused.steps.find(({ id }) => id === `${user}.intended`) ?? {};
    expect(failure?.message).toContain('Generation 2 of reporter is not acknowledged by compute-07');
    const next = /holdfast (credentials ack .*)$/.exec(failure?.hint ?? '')?.[1]?.split(' ') ?? [];
    expect((await cli('op', 'cancel', 'rotate-cloud/far', '--no-input')).exitCode).not.toBe(2);
    expect(await inKeystone()).toEqual([1, 2]);
    const never = [...next.slice(0, -1), '7'];
    expect((await cli(...never)).stderr).toContain('Generation 7 of reporter was not published');
    expect((await cli(...next)).exitCode).toBe(0);
    const { workflow } = await lab.client();
    const acknowledgement = workflow.getHandle('acknowledge-credential/far/reporter/compute-07');
    await recordIfAsked('rotations/acknowledge-credential-good', acknowledgement);
    await lab.endOf(await rotate({ due: true }));
    expect(await status()).toMatchObject({ generation: 2, awaited: [], previous: { generation: 1 } });
  });

  test('the one before goes one life of a token after all have acknowledged', async () => {
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    const reference = credentialRef(cloud, user, 'use');
    const stored = await store.get(reference);
    const use = JSON.parse(stored?.value ?? '') as CredentialUse;
    const past = { ...use, acknowledgedAt: new Date(Date.now() - 600_000).toISOString() };
    await store.put(reference, JSON.stringify(past), stored?.version ?? 0);
    await lab.endOf(await rotate({ due: true }));
    expect(await inKeystone()).toEqual([2]);
  });

  test('an emergency waits for nobody', async () => {
    expect((await lab.endOf(await rotate({ emergency: true }))).phase).toBe('done');
    expect(await inKeystone()).toEqual([3]);
    expect(await tokenOfFolder()).not.toBeNull();
  });

  test('what a user that left the spec has is named, and the next rotation deletes it', async () => {
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    await createUser('auditor', 'known');
    await store.put(credentialRef(cloud, 'auditor', 'owner'), 'known', 0);
    await recordCloud([{ name: 'auditor', roles: ['reader'] }]);
    expect(await status()).toMatchObject({ user, hasLeft: true });
    expect(await inKeystone()).toEqual([3]);
    expect((await lab.endOf(await rotate({ due: true }))).phase).toBe('done');
    expect(await inKeystone()).toEqual([]);
    expect(await status()).toMatchObject({ user: 'auditor', generation: 1 });
  });
}

// SPDX-License-Identifier: Apache-2.0
// RotateServiceCredentials on the cloud while people work with it: nothing fails, and a killed worker loses nothing.
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import {
  credentialRef,
  type CredentialStatus,
  type CredentialUse,
} from '../../../workflows/contracts/credentials/credential.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { runThroughCrashes } from '../../proofs/crash/crash-run.ts';
import { seededPart } from '../../proofs/runner/seeded-part.ts';
import { asAdministrator } from '../../proofs/sabotage/sabotages.ts';
import { startLoad } from './cloud-load.ts';
import { cli, lab, spec } from './stand.ts';

const users = ['glance', 'placement', 'cinder', 'neutron', 'nova'] as const;

/** Behind each step that writes, and behind the look that found the programs switched. */
const moments = users.flatMap((user) => [
  `${user}.intended.after`,
  `${user}.created.after`,
  `${user}.published.after`,
  `${user}.delivered.after`,
  `${user}.used.seen`,
  `${user}.acknowledged.after`,
]);

async function rotate(input: object): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  return workflow.start('RotateServiceCredentials', {
    workflowId: `rotate-credentials/${spec.name}`,
    taskQueue,
    args: [{ name: spec.name, ...input }],
  });
}

async function status(): Promise<CredentialStatus[]> {
  return JSON.parse((await cli('credentials', 'status', spec.name, '--json')).stdout) as CredentialStatus[];
}

/** Names of our credentials in Keystone, by user. */
const inKeystone = () =>
  asAdministrator({ spec, stateDirectory: lab.stateDirectory }, async ({ identity }) => {
    const all = await Promise.all(
      users.map(async (name) => {
        const user = await identity.users.find({ name, domainId: 'default' });
        return identity.applicationCredentials.list(user?.id ?? '');
      }),
    );
    return all.map((list) => list.map(({ name }) => name));
  });

export function rotateTests(): void {
  test('all users are rotated through kills while people work: no request fails, no server is in ERROR', async () => {
    const login = await readCloud(accessDirectory(lab.stateDirectory, spec.name), `${spec.name}-test`);
    // A repair of the cloud may have issued one anew.
    const before = await status();
    const load = startLoad(login);
    const plans = seededPart('rotate', moments, 0.1);
    const { progress, crashes } = await runThroughCrashes(lab, () => rotate({}), plans);
    const again = await lab.endOf(await rotate({}));
    const { failed, requests, servers } = await load.stop();
    console.log(`${requests} requests and ${servers} servers beside two rotations, ${failed.length} failed`);
    expect([progress.phase, again.phase, failed]).toEqual(['done', 'done', []]);
    expect(crashes).toEqual(expect.arrayContaining(plans));
    expect(
      (await status()).map(({ generation, acknowledgedAt }) => [generation, acknowledgedAt !== null]),
    ).toEqual(before.map(({ generation }) => [generation + 2, true]));
    // The current one, and the one before it, whose tokens may still be in use.
    expect((await inKeystone()).map((names) => names.length)).toEqual(users.map(() => 2));
  });

  test('the one before goes once no token of it can be in use, and what nobody knows is swept', async () => {
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    for (const user of users) {
      const reference = credentialRef({ kind: 'box', name: spec.name }, user, 'use');
      const stored = await store.get(reference);
      const use = JSON.parse(stored?.value ?? '') as CredentialUse;
      const past = { ...use, acknowledgedAt: new Date(Date.now() - 2 * 3_600_000).toISOString() };
      await store.put(reference, JSON.stringify(past), stored?.version ?? 0);
    }
    const progress = await lab.endOf(await rotate({ due: true }));
    const changed = progress.steps.filter((step) => step.status === 'changed').map(({ id }) => id);
    expect(changed.sort()).toEqual([...users.map((user) => `${user}.retired`), 'status'].sort());
    expect((await inKeystone()).map((names) => names.length)).toEqual(users.map(() => 1));
  });

  test('an emergency leaves one new credential and another password, and the cloud goes on', async () => {
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    const password = async () => (await store.get(secretRef(`boxes/${spec.name}/glance-password`)))?.value;
    const [passwordBefore, [namesBefore]] = [await password(), await inKeystone()];
    const progress = await lab.endOf(await rotate({ users: ['glance'], emergency: true }));
    const changed = progress.steps.filter((step) => step.status === 'changed').map(({ id }) => id);
    expect(changed).toEqual(expect.arrayContaining(['glance.retired', 'glance.password']));
    const [names = []] = await inKeystone();
    expect([names.length, names.filter((name) => namesBefore?.includes(name))]).toEqual([1, []]);
    expect(await password()).not.toBe(passwordBefore);
    expect((await cli('box', 'drift', spec.name, '--exit-code')).exitCode).toBe(0);
  });

  test('a user whose password and credential are both gone is let in again', async () => {
    await asAdministrator({ spec, stateDirectory: lab.stateDirectory }, async ({ identity }) => {
      const user = await identity.users.find({ name: 'glance', domainId: 'default' });
      const userId = user?.id ?? '';
      for (const { id } of await identity.applicationCredentials.list(userId))
        await identity.applicationCredentials.delete(userId, id);
      await identity.users.setPassword(userId, 'something-else-entirely');
    });
    const progress = await lab.endOf(await rotate({ due: true }));
    const changed = progress.steps.filter((step) => step.status === 'changed').map(({ id }) => id);
    expect(changed).toEqual(expect.arrayContaining(['glance.intended', 'glance.owner', 'glance.created']));
    expect((await cli('box', 'drift', spec.name, '--exit-code')).exitCode).toBe(0);
  });
}

// SPDX-License-Identifier: Apache-2.0
// What stands in the way of a rotation: each ends it with the right kind of failure, what consumers read stays, and once the
// cause is gone the next rotation goes on.
import { expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import type {
  PendingCredential,
  PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { OneUserCloud, type RotationStand } from './one-user-cloud.ts';
import { sealableVault } from './sealable-vault.ts';

/** Of the Keystone of these tests. @source two that are in use, and the next one */
export const userLimit = 3;

export function badStateTests(stand: RotationStand): void {
  const ends = async (cloud: OneUserCloud, step: string, failure: object): Promise<void> => {
    const before = await cloud.generation();
    expect(await cloud.rotate()).toMatchObject({ step: `${cloud.name}.${step}`, failure });
    expect(await cloud.generation()).toBe(before);
  };
  /** The next run of a healthy cloud leaves the newest two, whatever earlier ones left. */
  const heals = async (cloud: OneUserCloud): Promise<void> => {
    const before = await cloud.generation();
    expect(await cloud.rotate()).toBeNull();
    expect(await cloud.generation()).toBe(before + 1);
    expect(await cloud.roles()).toEqual(['reader']);
    const { name, previous } = await cloud.read<PublishedCredential>('published');
    const ours = (await cloud.inKeystone()).filter((each) => each.startsWith('holdfast-'));
    expect(ours.sort()).toEqual([name, previous?.name].sort());
  };

  test('Keystone is down: Unreachable, and the next run goes on with what was intended', async () => {
    const cloud = await OneUserCloud.create(stand, 'down');
    const host = boxHost(stand().box.name);
    await host.output(['systemctl', 'stop', 'keystone'], { timeoutSeconds: 120 });
    try {
      await ends(cloud, 'owner', { code: 'Unreachable' });
    } finally {
      await host.output(['systemctl', 'start', 'keystone'], { timeoutSeconds: 120 });
    }
    const { name } = await cloud.read<PendingCredential>('pending');
    await expect.poll(() => cloud.roles().catch(() => null), { timeout: 60_000 }).toEqual(['reader']);
    await heals(cloud);
    expect((await cloud.read<PublishedCredential>('published')).name).toBe(name);
  });

  test('the user lost its role: PreconditionFailed names the command, and its password stays', async () => {
    const cloud = await OneUserCloud.create(stand, 'roleless');
    const [project, role] = await cloud.asAdmin(async ({ identity }) => [
      (await identity.projects.list({ name: 'service' }))[0]?.id ?? '',
      (await identity.roles.list({ name: 'reader' }))[0]?.id ?? '',
    ]);
    const assignment = (userId: string) => ({ userId, projectId: project, roleId: role });
    await cloud.asAdmin(({ identity }, userId) => identity.roleAssignments.unassign(assignment(userId)));
    expect(await cloud.roles()).toBeNull();
    await ends(cloud, 'owner', {
      code: 'PreconditionFailed',
      message: 'User roleless has no role on project service',
      hint: expect.stringContaining('openstack role add --user roleless') as string,
    });
    await cloud.asAdmin(({ identity }, userId) => identity.roleAssignments.assign(assignment(userId)));
    await heals(cloud);
  });

  test('the user is disabled: PreconditionFailed, and no rotation enables it', async () => {
    const cloud = await OneUserCloud.create(stand, 'disabled');
    const setEnabled = (enabled: boolean) =>
      cloud.asAdmin(({ identity }, userId) => identity.users.update(userId, { enabled }));
    await setEnabled(false);
    expect(await cloud.roles()).toBeNull();
    await ends(cloud, 'owner', { code: 'PreconditionFailed', message: 'User disabled is disabled' });
    expect(
      await cloud.asAdmin(async ({ identity }, userId) => (await identity.users.get(userId)).enabled),
    ).toBe(false);
    await setEnabled(true);
    await heals(cloud);
  });

  test('a foreign credential has the pending name: another name takes its place', async () => {
    const cloud = await OneUserCloud.create(stand, 'foreign');
    let taken = '';
    const take = async (activity: string): Promise<void> => {
      if (activity !== 'issueCredential' || taken !== '') return;
      taken = (await cloud.read<PendingCredential>('pending')).name;
      await cloud.createForeign(taken);
    };
    expect(await cloud.rotate(take)).toBeNull();
    expect(taken).not.toBe('');
    expect((await cloud.read<PublishedCredential>('published')).name).not.toBe(taken);
    expect([await cloud.generation(), await cloud.roles()]).toEqual([2, ['reader']]);
    await heals(cloud);
  });

  test('user_limit is reached: what we left is swept first, what others have is theirs to delete', async () => {
    const cloud = await OneUserCloud.create(stand, 'limited');
    // As a crash leaves it: known to no record.
    for (let left = 1; left < userLimit; left += 1)
      await cloud.createForeign(`holdfast-limited-1-0000000${left}`);
    await heals(cloud);
    for (let others = 2; others < userLimit; others += 1) await cloud.createForeign(`other-${others}`);
    await ends(cloud, 'published', {
      code: 'Rejected',
      message: 'Keystone lets user limited have no further application credential',
      cause: expect.stringContaining(`maximum of ${userLimit}`) as string,
    });
    expect(await cloud.roles()).toEqual(['reader']);
    await cloud.asAdmin(async ({ identity }, userId) => {
      for (const { id, name } of await identity.applicationCredentials.list(userId))
        if (name.startsWith('other-')) await identity.applicationCredentials.delete(userId, id);
    });
    await heals(cloud);
  });

  test('Vault is sealed: Unreachable, and the next run goes on once it is not', async () => {
    const { vault, settings } = await sealableVault(stand().lab.stateDirectory);
    try {
      const cloud = await OneUserCloud.create(stand, 'sealed', settings);
      // In the middle of a rotation.
      const seal = (activity: string): void => {
        if (activity === 'issueCredential') vault.isSealed = true;
      };
      expect(await cloud.rotate(seal)).toMatchObject({
        step: 'sealed.published',
        failure: { code: 'Unreachable', message: 'Vault is sealed' },
      });
      expect(await cloud.rotate()).toMatchObject({ step: 'store', failure: { code: 'Unreachable' } });
      vault.isSealed = false;
      const { name } = await cloud.read<PendingCredential>('pending');
      await heals(cloud);
      expect((await cloud.read<PublishedCredential>('published')).name).toBe(name);
      await cloud.store.close();
    } finally {
      await vault.close();
    }
  });
}

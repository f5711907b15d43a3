// SPDX-License-Identifier: Apache-2.0
// The password of the administrator, and a rotation of it that ended in the worst place.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import { rotateAdminTests } from '../../system/keys/rotate-admin.ts';
import { asAdministrator } from '../sabotage/sabotages.ts';
import { cli, lab, spec } from './stand.ts';

export function administratorProofs(): void {
  rotateAdminTests(() => ({ lab, spec }), 0.5);

  test('a rotation that ended behind the change in Keystone is gone on with, and nobody is asked again', async () => {
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    const rotation = secretRef(`boxes/${spec.name}/admin-rotation`);
    const next = 'the-next-one-that-keystone-takes-already';
    const stored = await store.get(rotation);
    await store.put(rotation, JSON.stringify({ secret: next, endedBy: null }), stored?.version ?? 0);
    await asAdministrator({ spec, stateDirectory: lab.stateDirectory }, async (client) => {
      const { userId } = await client.issueToken();
      await client.identity.users.setPassword(userId, next);
    });
    expect((await cli('credentials', 'rotate', spec.name, '--kind', 'admin', '--no-input')).exitCode).toBe(0);
    expect((await store.get(secretRef(`boxes/${spec.name}/admin-password`)))?.value).toBe(next);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
}

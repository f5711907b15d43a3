// SPDX-License-Identifier: Apache-2.0
// Makes Keystone's fernet and credential keys exist. Never rotates any.
import type { KeystonePort } from '../../workflows/ports/cloud/keystone.ts';
import type { Clients } from '../clients/index.ts';
import type { Host } from '../hosts/host.ts';
import { applying, observing } from '../step-scope.ts';
import createKeys from './create-keys.sh';

const repositories = ['fernet-keys', 'credential-keys'] as const;

export function keyActivities({ inside }: Clients): Pick<KeystonePort, 'observeKeys' | 'createKeys'> {
  return {
    observeKeys: observing(async ({ box }) => {
      const counts = await Promise.all(
        repositories.map(async (name) => [name, await countKeys(inside(box), name)] as const),
      );
      return counts
        .filter(([, count]) => count < 2)
        .map(([name, count]) => ({
          what: `/etc/keystone/${name}`,
          have: `${count} keys of keystone`,
          want: 'at least 2',
        }));
    }),
    createKeys: applying(async ({ box }) => {
      await inside(box).output(['sh', '-c', createKeys, 'making keys of Keystone', ...repositories]);
      return undefined;
    }),
  };
}

async function countKeys(host: Host, name: string): Promise<number> {
  const whole = ['-type', 'f', '-user', 'keystone', '-size', '+0', '!', '-name', '*.tmp'];
  const { stdout } = await host.run(['find', `/etc/keystone/${name}`, ...whole]);
  return stdout.split('\n').filter(Boolean).length;
}

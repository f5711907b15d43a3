// SPDX-License-Identifier: Apache-2.0
// Makes Keystone's fernet and credential keys exist. Never rotates any.
// Touches: host/keystone
import type { KeystonePort } from '../../workflows/ports/keystone.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

const repositories = ['fernet-keys', 'credential-keys'] as const;

/** Both commands leave keys that are there alone. */
const setupScript = String.raw`
set -eu
keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
`;

export function keyActivities({ inside }: Clients): Pick<KeystonePort, 'observeKeys' | 'createKeys'> {
  return {
    observeKeys: observing(async ({ box }, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      const counts = await Promise.all(
        repositories.map(async (name) => [name, await countKeys(host.run.bind(host), name)] as const),
      );
      // fernet_setup and credential_setup each make keys 0 and 1
      return counts
        .filter(([, count]) => count < 2)
        .map(([name, count]) => ({
          what: `/etc/keystone/${name}`,
          have: `${count} keys of keystone`,
          want: 'at least 2',
        }));
    }),
    createKeys: applying(async ({ box }, scope) => {
      await runToSuccess(inside(box), scope, { argv: ['sh', '-c', setupScript], user: 'keystone' });
      return undefined;
    }),
  };
}

async function countKeys(
  run: (argv: string[]) => Promise<{ stdout: string }>,
  name: string,
): Promise<number> {
  const found = await run([
    'find',
    `/etc/keystone/${name}`,
    '-type',
    'f',
    '-user',
    'keystone',
    '-size',
    '+0',
  ]);
  return found.stdout.split('\n').filter(Boolean).length;
}

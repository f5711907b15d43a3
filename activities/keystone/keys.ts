// SPDX-License-Identifier: Apache-2.0
// Makes Keystone's fernet and credential keys exist. Never rotates any.
import type { KeystonePort } from '../../workflows/ports/keystone.ts';
import type { Clients } from '../clients/index.ts';
import type { Host } from '../hosts/host.ts';
import { applying, observing } from '../row-scope.ts';

const repositories = ['fernet-keys', 'credential-keys'] as const;

/**
 * Arguments: names of repositories. Keys 0 and 1 in each, of 32 random bytes, as `keystone-manage fernet_setup` and
 * `credential_setup` leave them, without the seconds that each of these takes to start. A key that is there stays, and one
 * without content is none: a link never takes another's place.
 */
const createScript = String.raw`
set -eu
umask 077
for name in "$@"; do
  folder=/etc/keystone/$name
  install -d -o keystone -g keystone -m 700 "$folder"
  rm -f "$folder"/*.tmp
  for key in 0 1; do
    [ ! -s "$folder/$key" ] || { chown keystone:keystone "$folder/$key"; continue; }
    rm -f "$folder/$key"
    head -c 32 /dev/urandom | base64 -w 0 | tr '+/' '-_' > "$folder/$key.tmp"
    chown keystone:keystone "$folder/$key.tmp"
    sync "$folder/$key.tmp"
    ln "$folder/$key.tmp" "$folder/$key"
    rm "$folder/$key.tmp"
  done
done
`;

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
      await inside(box).output(['sh', '-c', createScript, 'making keys of Keystone', ...repositories]);
      return undefined;
    }),
  };
}

async function countKeys(host: Host, name: string): Promise<number> {
  const whole = ['-type', 'f', '-user', 'keystone', '-size', '+0', '!', '-name', '*.tmp'];
  const { stdout } = await host.run(['find', `/etc/keystone/${name}`, ...whole]);
  return stdout.split('\n').filter(Boolean).length;
}

// SPDX-License-Identifier: Apache-2.0
// What a proof does to Nova's data beside a run: one batch of its tool, and a cut of its way to the database.
import { expect } from 'vitest';
import { execa } from 'execa';
import { boxHost } from '../../../activities/hosts/host.ts';
import { leaderOf } from '../../../activities/hosts/local-box.ts';
import type { CommandOutcome } from '../../../activities/hosts/transport.ts';

/** One batch of the real tool, or of what stands before it, on the cell; `steps` is its limit, as words of a command line. */
export async function batchOf(box: string, steps: string, ...environment: string[]): Promise<CommandOutcome> {
  const host = boxHost(box);
  const url = (await host.output(['sed', '-n', 's/^connection = //p', '/etc/nova/nova.conf'])).split('\n');
  const own = `OS_DATABASE__CONNECTION=${url.find((each) => each.includes('/nova_cell1')) ?? ''}`;
  expect(own).toContain('postgresql');
  const nova = ['setpriv', '--reuid=nova', '--regid=nova', '--init-groups', '--', 'env', own, ...environment];
  const tool = ['nova-manage', 'db', 'online_data_migrations', '--max-count', steps];
  return host.run([...nova, ...tool], { timeoutSeconds: 120 });
}

/** The programs' way to the database, as a broken network would cut it; ours is a socket. */
export async function cutNetwork(box: string, seconds: number): Promise<void> {
  const rule = 'add table inet cut; add chain inet cut out { type filter hook output priority 0; }';
  const leader = String((await leaderOf(box)) ?? 0);
  const nft = (text: string) => execa('nsenter', [`--net=/proc/${leader}/ns/net`, 'nft', text]);
  await nft(`${rule}; add rule inet cut out tcp dport 5432 drop`);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await nft('delete table inet cut');
}

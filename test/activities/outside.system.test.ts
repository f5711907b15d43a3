// SPDX-License-Identifier: Apache-2.0
// Whether others reach a box behind this machine, with a namespace in the box's place and a firewall that others laid.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reachDifferences } from '../../activities/reach/forward.ts';
import { connects } from '../../activities/clients/machine/outside-probes.ts';
import { outsideDifferences } from '../../activities/reach/outside.ts';

const mark = randomBytes(3).toString('hex');
const namespace = `hft-${mark}`;
const table = `hftest_${mark}`;
const args = { box: `x-${mark}`, address: '10.78.141.2', target: '10.78.141.2', ports: [5000, 8774] };
const listen = (port: number) => {
  const program = `require('net').createServer().listen(${port})`;
  return execa('ip', ['netns', 'exec', namespace, process.execPath, '-e', program], { reject: false });
};
let servers: ReturnType<typeof listen>[] = [];

beforeAll(async () => {
  const link = `hft${mark}`;
  await execa('ip', ['netns', 'add', namespace]);
  await execa('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
  await execa('ip', ['addr', 'add', '10.78.141.1/24', 'dev', link]);
  await execa('ip', ['link', 'set', link, 'up']);
  const inside = ['-n', namespace];
  await execa('ip', [...inside, 'addr', 'add', '10.78.141.2/24', 'dev', 'eth0']);
  await execa('ip', [...inside, 'link', 'set', 'eth0', 'up']);
  await execa('ip', [...inside, 'route', 'add', 'default', 'via', '10.78.141.1']);
  servers = args.ports.map(listen);
  // On a busy machine a program takes seconds to begin.
  for (const port of args.ports) while (!(await connects(args.address, port))) await sleep(100);
  await execa('sysctl', ['-q', '-w', 'net.ipv4.ip_forward=1']);
});
afterAll(async () => {
  for (const server of servers) server.kill();
  await Promise.all(servers);
  for (const name of [table, `${table}a`])
    await execa('nft', ['delete', 'table', 'ip', name], { reject: false });
  await execa('ip', ['netns', 'del', namespace]);
});

/** Pids of probes that ended without their link: other boxes of this machine may be probed at the same moment. */
async function linksLeft(): Promise<string[]> {
  const { stdout } = await execa('ip', ['-o', 'link']);
  const pids = [...stdout.matchAll(/\bhfp(\d+)@/g)].map(([, pid = '']) => pid);
  return pids.filter((pid) => !existsSync(`/proc/${pid}`));
}

const lay = (rules: string) => execa('nft', ['-f', '-'], { input: rules });

it('names the chain of others that drops what is handed on, and the rules that it prints heal it', async () => {
  await lay(
    `table ip ${table} { chain FORWARD { type filter hook forward priority 0; policy accept; ip daddr 10.78.141.0/24 tcp dport 8774 drop; }\n}`,
  );
  // Listed before the one that drops, and innocent.
  await lay(`table ip ${table}a { chain first { type filter hook forward priority -5; policy accept; }\n}`);
  const [difference, ...others] = await outsideDifferences(args);
  expect(others).toEqual([]);
  expect(difference?.what).toBe('10.78.141.2 for other machines, ports 8774');
  expect(difference?.have).toContain(`chain FORWARD of table ip ${table}`);
  const [, advice = ''] = /allow it: (.*)$/.exec(difference?.want ?? '') ?? [];
  for (const command of advice.split('; ')) await execa('sh', ['-c', command]);
  expect(await outsideDifferences(args)).toEqual([]);
  await execa('nft', ['delete', 'table', 'ip', `${table}a`]);
});

it('meets a default that drops, and leaves no link behind', async () => {
  await execa('nft', ['delete', 'table', 'ip', table]);
  // Packets of others on this machine go their way.
  const others = 'ip daddr != 10.78.141.0/24 ip saddr != 10.78.141.0/24 accept;';
  await lay(
    `table ip ${table} { chain FORWARD { type filter hook forward priority 0; policy drop; ${others} }\n}`,
  );
  const [difference] = await outsideDifferences(args);
  expect(difference?.what).toBe('10.78.141.2 for other machines, ports 5000, 8774');
  expect(difference?.have).toContain('which drops by default');
  await expect.poll(linksLeft).toEqual([]);
});

it('says nothing of ports that answer nobody, and tries nothing without a firewall', async () => {
  expect(await outsideDifferences({ ...args, ports: [9] })).toEqual([]);
  await execa('nft', ['delete', 'table', 'ip', table]);
  expect(await outsideDifferences(args)).toEqual([]);
});

it('finds what an earlier spec handed on, once no address is in the spec', async () => {
  const gone = { ...args, box: `gone-${mark}`, address: null };
  expect(await reachDifferences(gone)).toEqual([]);
  const own = `holdfast_gone_${mark}`;
  await lay(
    `table ip ${own} { chain prerouting { type nat hook prerouting priority -100; ip daddr 192.0.2.9 tcp dport { 5000, 8774 } dnat to 10.78.141.2; }\n}`,
  );
  try {
    expect(await reachDifferences(gone)).toEqual([
      {
        what: `nftables table ${own}`,
        have: 'hands on 192.0.2.9 ports 5000, 8774 to 10.78.141.2',
        want: 'absent: no address is in the spec',
      },
    ]);
  } finally {
    await execa('nft', ['delete', 'table', 'ip', own]);
  }
});

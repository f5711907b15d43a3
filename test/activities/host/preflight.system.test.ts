// SPDX-License-Identifier: Apache-2.0
// The checks that ask this machine's own programs and links. Makes one link and one namespace of its own.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessFindings } from '../../../activities/host/preflight-access.ts';
import { toolFindings } from '../../../activities/host/preflight-machine.ts';
import { networkFindings } from '../../../activities/host/preflight-network.ts';
import { placeFindings } from '../../../activities/host/preflight-places.ts';
import type { PreflightArgs } from '../../../workflows/ports/host.ts';

const mark = randomBytes(3).toString('hex');
const link = `hft-${mark}`;
const namespace = `hft-${mark}`;

const argsFor = (cidr: string): PreflightArgs => {
  const prefix = cidr.split('.').slice(0, 3).join('.');
  return {
    box: 'preflight-box',
    link: 'hf-none',
    recipe: '0',
    suite: 'trixie',
    packages: [],
    access: {},
    sources: [],
    management: { cidr, address: `${prefix}.2`, gateway: `${prefix}.1` },
    diskFreeMebibytesMin: 1,
    memoryMebibytesMin: 1,
    processorsMin: 1,
  };
};

beforeAll(async () => {
  await execa('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', `${link}p`]);
  await execa('ip', ['addr', 'add', '10.78.137.9/26', 'dev', link]);
  await execa('ip', ['netns', 'add', namespace]);
  const inside = ['-n', namespace];
  await execa('ip', [...inside, 'link', 'add', 'host0', 'type', 'veth', 'peer', 'name', 'host1']);
  await execa('ip', [...inside, 'addr', 'add', '10.78.138.2/24', 'dev', 'host0']);
});
afterAll(async () => {
  await execa('ip', ['netns', 'del', namespace]);
  await execa('ip', ['link', 'del', link]);
});

test('toolFindings() finds nothing when the machine can run a box', async () => {
  expect(await toolFindings()).toEqual([]);
});

test('networkFindings() finds nothing when nobody uses the network', async () => {
  expect(await networkFindings(argsFor('10.78.139.0/24'), 'hft-none')).toEqual([]);
});

test('networkFindings() names link and address when another link lies in the network, also one that is down', async () => {
  expect(await networkFindings(argsFor('10.78.137.0/24'), 'hft-none')).toEqual([
    {
      what: 'network 10.78.137.0/24 is in use',
      have: `${link} has 10.78.137.9/26`,
      want: 'choose another networks.management.cidr',
    },
  ]);
  expect(await networkFindings(argsFor('10.78.137.64/26'), 'hft-none')).toEqual([]);
});

test('networkFindings() finds nothing when the link is the box’s own', async () => {
  expect(await networkFindings({ ...argsFor('10.78.137.0/24'), link }, 'hft-none')).toEqual([]);
});

test('networkFindings() names the loopback when the network is its', async () => {
  const [finding] = await networkFindings(argsFor('127.0.0.0/8'), 'hft-none');
  expect(finding?.have).toBe('lo has 127.0.0.1/8');
});

test('networkFindings() names the namespace when it has another address than the spec', async () => {
  expect(await networkFindings(argsFor('10.78.138.0/24'), namespace)).toEqual([]);
  const [finding, ...others] = await networkFindings(argsFor('10.78.139.0/24'), namespace);
  expect(finding?.what).toBe(`network namespace ${namespace} has another address`);
  expect(finding?.want).toContain('holdfast box destroy preflight-box');
  expect(others).toEqual([]);
});

test.each([
  [
    'a policy rule',
    ['route', 'add', '10.78.142.0/24', 'dev', 'lo', 'table', '9152'],
    '10.78.142.0/24 by lo (table 9152)',
  ],
  [
    'a broader route behind a policy rule',
    ['route', 'add', '10.78.0.0/16', 'dev', 'lo', 'table', '9152'],
    '10.78.0.0/16 by lo (table 9152)',
  ],
  ['a more special route', ['route', 'add', 'blackhole', '10.78.142.2/32'], '10.78.142.2 by blackhole'],
])('networkFindings() names %s that takes the network, and what removes it', async (_, words, have) => {
  const rule = ['pref', '5271', 'to', '10.78.142.0/24', 'lookup', '9152'];
  const args = argsFor('10.78.142.0/24');
  await execa('ip', ['rule', 'add', ...rule]);
  try {
    expect(await networkFindings(args, 'hft-none')).toEqual([]);
    await execa('ip', words);
    const [finding, ...others] = await networkFindings(args, 'hft-none');
    expect([finding?.what, finding?.have]).toEqual(['network 10.78.142.0/24 is routed elsewhere', have]);
    expect(others).toEqual([]);
    const [, remove = ''] = /remove the route: (.*)$/.exec(finding?.want ?? '') ?? [];
    await execa('sh', ['-c', remove]);
    expect(await networkFindings(args, 'hft-none')).toEqual([]);
  } finally {
    await execa('ip', ['route', 'flush', 'table', '9152'], { reject: false });
    await execa('ip', ['rule', 'del', ...rule]);
  }
});

test('accessFindings() names who listens on a port that the box would take of this machine', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const args = { ...argsFor('10.78.143.0/24'), access: { address: '127.0.0.1' }, ports: [port] };
  const what = `port ${port} of access.address 127.0.0.1 is in use`;
  try {
    expect(await accessFindings(args)).toMatchObject([
      { what, have: expect.stringMatching(`^\\S+ listens on 0\\.0\\.0\\.0:${port}$`) as string },
    ]);
    expect(await accessFindings({ ...args, ports: [port + 1] })).toEqual([]);
  } finally {
    server.close();
  }
});

test('placeFindings() names the options of a mount on which no image can lie, and what changes them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hft-place-'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'nodev,noexec', 'hft', folder]);
  try {
    const [finding, ...others] = await placeFindings([join(folder, 'cache')]);
    expect(others).toEqual([]);
    expect(finding?.have).toBe(`${folder} is mounted with nodev, noexec`);
    const [command = ''] = (finding?.want ?? '').split(', or ');
    await execa('sh', ['-c', command]);
    expect(await placeFindings([join(folder, 'cache')])).toEqual([]);
  } finally {
    await execa('umount', [folder]);
    await rm(folder, { recursive: true });
  }
});

test.each(['/tmp/my cache', '/tmp/my:cache', '/tmp/a,b'])(
  'placeFindings() refuses the path %s',
  async (folder) => {
    const [finding] = await placeFindings([folder]);
    expect(finding?.what).toBe(`no image or box can lie in ${folder}`);
  },
);

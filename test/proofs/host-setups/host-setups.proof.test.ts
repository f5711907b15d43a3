// SPDX-License-Identifier: Apache-2.0
// Machines as people have them: each installs a box, or is refused with the reason and a next step that works.
// Proves: activities/host activities/hosts activities/clients/machine activities/box workers/embedded cli/commands/box
import { chmod, chown, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { labSpec } from '../../system/lab.ts';
import { ForwardProxy } from './forward-proxy.ts';
import { OtherMachine, type Said, type Surroundings } from './other-machine.ts';

const spec = labSpec('host-box', 75);
const sourcesFolder = '/etc/apt/sources.list.d';
let folder: string;
let file: string;
let machine: OtherMachine | null = null;
/** Of this machine: the text of its Debian sources. */
let ownSources: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-hosts-'));
  file = join(folder, 'box.yaml');
  // A plain user reads it too.
  await chmod(folder, 0o755);
  await writeFile(file, JSON.stringify(spec), { mode: 0o644 });
  const names = (await readdir(sourcesFolder)).filter((name) => name.endsWith('.sources'));
  const texts = await Promise.all(names.map((name) => readFile(join(sourcesFolder, name), 'utf8')));
  ownSources = texts.find((text) => text.includes('debian-archive-keyring')) ?? '';
  expect(ownSources).toContain('URIs:');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  // Made for the mount alone; one that holds something is this machine's own.
  await rmdir('/etc/apt/mirrors').catch(() => undefined);
});
beforeEach(() => {
  machine = null;
});
afterEach(async () => {
  await machine?.dispose(spec.name);
});

async function on(surroundings: Surroundings): Promise<OtherMachine> {
  machine = await OtherMachine.create(surroundings);
  return machine;
}

const install = (there: OtherMachine): Promise<Said> => there.holdfast('box', 'install', file, '--no-input');

/** The box is made, and found as wanted by a look of its own. */
async function expectInstalled(there: OtherMachine): Promise<void> {
  const installed = await install(there);
  expect([installed.exitCode, installed.stderr]).toEqual([0, expect.any(String)]);
  const drift = await there.holdfast('box', 'drift', spec.name, '--exit-code');
  expect([drift.exitCode, drift.stdout]).toEqual([0, expect.any(String)]);
}

/** `reason` is told; how long that took is printed. */
function expectRefused(said: Said, reason: RegExp): void {
  const told = `${said.stdout}\n${said.stderr}`;
  console.log(`refused after ${said.seconds.toFixed(1)} s`);
  expect([said.exitCode, told]).toEqual([expect.any(Number), expect.stringMatching(reason)]);
  expect(said.exitCode).not.toBe(0);
}

/** Of the sources of this machine, through a list of mirrors as the images of clouds have it. */
function asMirrorFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  let count = 0;
  const text = ownSources.replaceAll(/^URIs: (\S+)$/gm, (_, url: string) => {
    count += 1;
    const path = `/etc/apt/mirrors/list-${count}`;
    files[path] = `${url}\n`;
    return `URIs: mirror+file://${path}`;
  });
  files[`${sourcesFolder}/debian.sources`] = text;
  return files;
}

describe('a box is installed', () => {
  test('from the sources of a cloud image, beside a repository of somebody else, under a narrow umask, without sbin', async () => {
    const files = {
      ...asMirrorFiles(),
      [`${sourcesFolder}/zabbix.list`]: 'deb http://repository.invalid/zabbix/7.0/debian bookworm main\n',
    };
    const places = [sourcesFolder, '/etc/apt/mirrors'];
    await execa('mkdir', ['-p', '/etc/apt/mirrors']);
    await expectInstalled(
      await on({ files, places, umask: '077', environment: { PATH: '/usr/local/bin:/usr/bin:/bin' } }),
    );
  });

  test('where apt reaches its sources by a proxy alone', async () => {
    const proxy = await ForwardProxy.start();
    const names = await readdir('/etc/apt/apt.conf.d');
    const own = await Promise.all(
      names.map(async (name) => [name, await readFile(`/etc/apt/apt.conf.d/${name}`, 'utf8')] as const),
    );
    const files = {
      ...Object.fromEntries(own.map(([name, text]) => [`/etc/apt/apt.conf.d/${name}`, text])),
      '/etc/apt/apt.conf.d/90proxy': `Acquire::http::Proxy "${proxy.url}/";\n`,
      '/etc/hosts': '127.0.0.1 localhost\n',
      '/etc/resolv.conf': '',
    };
    await expectInstalled(
      await on({ files, places: ['/etc/apt/apt.conf.d', '/etc/hosts', '/etc/resolv.conf'] }),
    );
    expect(proxy.requests).toBeGreaterThan(0);
    await proxy.stop();
  });

  test('without IPv6', async () => {
    const setting = 'net.ipv6.conf.all.disable_ipv6';
    const { stdout: before } = await execa('sysctl', ['-n', setting]);
    await execa('sysctl', ['-w', `${setting}=1`]);
    try {
      await expectInstalled(await on({}));
    } finally {
      await execa('sysctl', ['-w', `${setting}=${before}`]);
    }
  });
});

describe('a machine is refused, and what it is told works', () => {
  test('a cache on a mount without exec and dev', async () => {
    const cache = join(folder, 'cache');
    await execa('mkdir', ['-p', cache]);
    await execa('mount', ['-t', 'tmpfs', '-o', 'noexec,nodev,size=4g', 'cache', cache]);
    try {
      const there = await on({ environment: { HOLDFAST_CACHE: cache } });
      const said = await install(there);
      expectRefused(said, /is mounted with nodev, noexec/);
      const [, advice = ''] = /(mount -o remount,\S+ \S+),/.exec(`${said.stdout}${said.stderr}`) ?? [];
      // A mount of another namespace keeps its own flags.
      await there.run(['sh', '-c', advice]);
      const looked = await there.holdfast('doctor');
      expect(`${looked.stdout}${looked.stderr}`).not.toContain('is mounted with');
    } finally {
      await machine?.holdfast('down');
      await execa('umount', ['-l', cache]);
    }
  });

  test('a policy rule that takes the network of the box', async () => {
    await execa('ip', ['route', 'add', 'blackhole', spec.networks.management.cidr, 'table', '5275']);
    await execa('ip', ['rule', 'add', 'pref', '5275', 'to', spec.networks.management.cidr, 'lookup', '5275']);
    try {
      const there = await on({});
      await there.holdfast('up');
      const said = await install(there);
      expectRefused(said, /is routed elsewhere/);
      const [, advice = ''] = /remove the route: ([^\n]*)/.exec(`${said.stdout}${said.stderr}`) ?? [];
      await execa('sh', ['-c', advice]);
      await expectInstalled(there);
    } finally {
      await execa('ip', ['rule', 'del', 'pref', '5275'], { reject: false });
      await execa('ip', ['route', 'flush', 'table', '5275'], { reject: false });
    }
  });

  test('a user who is not root', async () => {
    const there = await on({});
    const home = await mkdtemp(join(folder, 'home-'));
    await chown(home, 65_534, 65_534);
    const plain = [
      'env',
      '--unset=HOLDFAST_STATE',
      `HOME=${home}`,
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
    ];
    const command = ['node', 'dist/cli.js', 'box', 'install', file, '--no-input'];
    const said = await there.run([...plain, '--clear-groups', ...command]);
    expectRefused(said, /root/);
    expect(`${said.stdout}${said.stderr}`).toMatch(/next: .*sudo/);
  });
});

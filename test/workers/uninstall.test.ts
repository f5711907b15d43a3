// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { uninstall, uninstallPlan, type UninstallRequest } from '../../workers/machine/uninstall.ts';
import type { SuperviseSettings } from '../../workers/embedded/supervise-settings.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  for (const name of [
    'state/boxes/lab',
    'state/dumps/lab/1',
    'state/run',
    'cache/temporal',
    'machine/leases',
  ])
    await mkdir(at(name), { recursive: true });
  await writeFile(at('state', 'notes.txt'), 'not of holdfast');
});
afterEach(() => rm(folder, { recursive: true }));

const request = (withDumps = false): UninstallRequest => ({
  settings: {
    stateDirectory: at('state'),
    cacheDirectory: at('cache'),
    environment: {},
  } as SuperviseSettings,
  places: { machineDirectory: at('machine'), bootUnitPath: at('holdfast.service') },
  withDumps,
  programDirectory: '/usr/lib/holdfast/dist',
});
const pathsOf = async (withDumps: boolean) =>
  (await uninstallPlan(request(withDumps))).removes.map(({ path }) => path);

test('uninstallPlan() names what is there, and dumps only when asked', async () => {
  const others = [at('state', 'run'), at('cache', 'temporal'), at('machine')];
  expect(await pathsOf(false)).toEqual([at('state', 'boxes'), ...others]);
  expect(await pathsOf(true)).toEqual([at('state', 'boxes'), at('state', 'dumps'), ...others]);
  const { stays } = await uninstallPlan(request());
  expect(stays[0]?.what).toContain(`dumps in ${at('state', 'dumps')}`);
  expect(stays.map(({ how }) => how)).toContain('apt-get remove holdfast');
  // A machine without these has lost its network, its firewall or itself.
  expect(stays.map(({ how }) => how).join('\n')).not.toMatch(/nftables|iproute2|util-linux/);
});

test('uninstallPlan() takes the unit of this state directory alone', async () => {
  await writeFile(at('holdfast.service'), `Environment="HOLDFAST_STATE=/another"`);
  expect(await pathsOf(false)).not.toContain(at('holdfast.service'));
  await writeFile(at('holdfast.service'), `Environment="HOLDFAST_STATE=${at('state')}"`);
  expect(await pathsOf(false)).toContain(at('holdfast.service'));
});

test('uninstall() removes what it named, and leaves dumps and what is not of holdfast', async () => {
  await uninstall(request(), () => undefined);
  expect((await readdir(at('state'))).sort()).toEqual(['dumps', 'notes.txt']);
  expect(await readdir(folder)).toEqual(['state']);
});

test('uninstall() removes nothing while a box is there', async () => {
  await mkdir(at('machine', 'boxes', 'lab'), { recursive: true });
  await expect(uninstall(request(), () => undefined)).rejects.toMatchObject({
    message: 'box lab is on this machine; nothing was removed',
    facts: { hint: 'holdfast box destroy lab' },
  });
  expect(await readdir(at('state'))).toContain('boxes');
});

test('uninstall() removes nothing while it cannot read which boxes are there', async () => {
  await writeFile(at('machine', 'boxes'), '');
  await expect(uninstall(request(), () => undefined)).rejects.toThrow(at('machine', 'boxes'));
  expect(await readdir(at('state'))).toContain('boxes');
});

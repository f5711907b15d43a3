// SPDX-License-Identifier: Apache-2.0
// Where state and cache lie, and who may look into the state directory.
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureStateDirectory, superviseSettings } from '../../../workers/embedded/supervise-settings.ts';
import { temporaryDirectory } from '../state-directory.ts';

const surroundings = {
  environment: {},
  programDirectory: '/opt/dist',
  homeDirectory: '/home/a',
  userId: 1000,
};
const ownUserId = process.getuid?.() ?? 0;

test('superviseSettings() uses the home folders when nothing is set', () => {
  expect(superviseSettings(surroundings)).toMatchObject({
    stateDirectory: '/home/a/.local/state/holdfast',
    cacheDirectory: '/home/a/.cache/holdfast',
    workerEntry: '/opt/dist/control.js',
  });
});

test('superviseSettings() keeps state in /var/lib when it runs as root', () => {
  expect(superviseSettings({ ...surroundings, userId: 0 }).stateDirectory).toBe('/var/lib/holdfast');
});

test('superviseSettings() follows XDG variables when they are absolute', () => {
  const environment = { XDG_STATE_HOME: '/s', XDG_CACHE_HOME: 'relative' };
  expect(superviseSettings({ ...surroundings, environment })).toMatchObject({
    stateDirectory: '/s/holdfast',
    cacheDirectory: '/home/a/.cache/holdfast',
  });
});

test('superviseSettings() follows HOLDFAST variables before all others', () => {
  const environment = { HOLDFAST_STATE: '/a', HOLDFAST_CACHE: '/b', HOLDFAST_WORKER_ENTRY: '/c.js' };
  expect(superviseSettings({ ...surroundings, environment, userId: 0 })).toMatchObject({
    stateDirectory: '/a',
    cacheDirectory: '/b',
    workerEntry: '/c.js',
  });
});

test('ensureStateDirectory() makes it private when it is new or too open', async () => {
  const path = join(await temporaryDirectory(), 'state');
  await ensureStateDirectory(path, ownUserId);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  await chmod(path, 0o755);
  await ensureStateDirectory(path, ownUserId);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('ensureStateDirectory() refuses when the folder is shared between users', async () => {
  const path = join(await temporaryDirectory(), 'shared');
  await mkdir(path);
  await chmod(path, 0o1777);
  await expect(ensureStateDirectory(path, ownUserId)).rejects.toMatchObject({ code: 'PreconditionFailed' });
  expect((await stat(path)).mode & 0o7777).toBe(0o1777);
});

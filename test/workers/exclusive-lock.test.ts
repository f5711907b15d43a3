// SPDX-License-Identifier: Apache-2.0
// The lock across real processes, one of them killed while holding it.
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { withExclusiveLock } from '../../workers/embedded/exclusive-lock.ts';
import { bundleProgram } from './bundled-program.ts';
import { temporaryDirectory } from './state-directory.ts';

async function lockOptions(waitSeconds = 10) {
  const path = join(await temporaryDirectory(), 'run', 'test.lock');
  return { path, purpose: 'testing', waitSeconds, progress: () => undefined };
}

const HOLDER = `
import { withExclusiveLock } from '../../workers/embedded/exclusive-lock.ts';
const [path = ''] = process.argv.slice(2);
await withExclusiveLock({ path, purpose: 'holding', waitSeconds: 5, progress: () => undefined }, async () => {
  console.log('held');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});`;

async function startHolder(path: string) {
  const holder = execa(process.execPath, [await bundleProgram({ text: HOLDER }), path], {
    reject: false,
    buffer: false,
  });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  return { holder };
}

test('withExclusiveLock() lets one in at a time when several ask', async () => {
  const options = await lockOptions();
  let inside = 0;
  const work = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await sleep(30);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withExclusiveLock(options, work)));
});

test('withExclusiveLock() is free again when the work throws', async () => {
  const options = await lockOptions();
  const failing = withExclusiveLock(options, () => Promise.reject(new Error('no luck')));
  await expect(failing).rejects.toThrow('no luck');
  expect(await withExclusiveLock(options, async () => 'second')).toBe('second');
});

test('withExclusiveLock() names the holder when the wait is over, and takes over when it is killed', async () => {
  const options = await lockOptions(0.5);
  const { holder } = await startHolder(options.path);
  const late = withExclusiveLock(options, async () => undefined);
  await expect(late).rejects.toMatchObject({
    code: 'Conflict',
    message: expect.stringContaining(`pid ${holder.pid}`),
  });
  const next = withExclusiveLock({ ...options, waitSeconds: 10 }, async () => 'taken over');
  holder.kill('SIGKILL');
  expect(await next).toBe('taken over');
});

test('withExclusiveLock() takes a lock file that a dead process left behind', async () => {
  const options = await lockOptions();
  await withExclusiveLock(options, async () => undefined);
  writeFileSync(options.path, JSON.stringify({ pid: 1, startTimeTicks: 1, bootId: 'old' }));
  expect(await withExclusiveLock(options, async () => 'taken')).toBe('taken');
});

test('withExclusiveLock() says what is missing when the lock file cannot be opened', async () => {
  const options = await lockOptions();
  await withExclusiveLock(options, async () => undefined);
  const path = `${options.path}.dangling`;
  symlinkSync('/no/such/folder/lock', path);
  const refused = withExclusiveLock({ ...options, path }, async () => undefined);
  await expect(refused).rejects.toMatchObject({ code: 'PreconditionFailed' });
});

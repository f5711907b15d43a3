// SPDX-License-Identifier: Apache-2.0
// Background processes with real ones: recognised, never confused, stopped. No server.
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  findBackgroundProcess,
  isAlive,
  startBackgroundProcess,
  stopBackgroundProcess,
} from '../../../workers/embedded/background-process.ts';
import { writeJsonFile } from '../../../workers/embedded/json-file.ts';
import { identifyProcess } from '../../../workers/embedded/process-identity.ts';
import { temporaryDirectory } from '../state-directory.ts';
import endedChildOfSleep from './ended-child-of-sleep.sh';

const environment = { PATH: process.env['PATH'] ?? '' };

async function startSleeper(script = 'echo begun; exec sleep 600') {
  const stateDirectory = await temporaryDirectory();
  const sleeper = await startBackgroundProcess({
    stateDirectory,
    name: 'sleeper',
    command: ['/bin/sh', '-c', script],
    environment,
  });
  return { stateDirectory, sleeper, record: join(stateDirectory, 'run', 'sleeper.json') };
}

async function waitForLog(stateDirectory: string, text: string): Promise<string> {
  for (;;) {
    const log = readFileSync(join(stateDirectory, 'logs', 'sleeper.log'), 'utf8');
    if (log.includes(text)) return log;
    await sleep(20);
  }
}

test('startBackgroundProcess() gives a session, cwd / and a private log when it starts', async () => {
  const { stateDirectory, sleeper, record } = await startSleeper();
  await waitForLog(stateDirectory, 'begun');
  const stat = readFileSync(`/proc/${sleeper.pid}/stat`, 'utf8');
  const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  expect(session).toBe(sleeper.pid);
  expect(readlinkSync(`/proc/${sleeper.pid}/cwd`)).toBe('/');
  expect(readlinkSync(`/proc/${sleeper.pid}/fd/0`)).toBe('/dev/null');
  expect(statSync(join(stateDirectory, 'logs', 'sleeper.log')).mode & 0o777).toBe(0o600);
  expect(statSync(record).mode & 0o777).toBe(0o600);
  expect(await findBackgroundProcess(stateDirectory, 'sleeper')).toEqual(sleeper);
});

test('startBackgroundProcess() refuses when the name already runs', async () => {
  const { stateDirectory } = await startSleeper();
  const again = startBackgroundProcess({ stateDirectory, name: 'sleeper', command: ['true'], environment });
  await expect(again).rejects.toMatchObject({ code: 'Conflict' });
});

test('startBackgroundProcess() names the cause when the program is missing', async () => {
  const stateDirectory = await temporaryDirectory();
  const command = ['/no/such/program'] as const;
  const started = startBackgroundProcess({ stateDirectory, name: 'sleeper', command, environment });
  await expect(started).rejects.toMatchObject({
    code: 'PreconditionFailed',
    cause: expect.objectContaining({ message: expect.stringContaining('ENOENT') }),
  });
});

test.for([
  ['its start time differs', { startTimeTicks: 1 }],
  ['the machine was booted since', { bootId: 'another-boot' }],
] as const)('stopBackgroundProcess() leaves the process number alone when %s', async ([, change]) => {
  const { stateDirectory, sleeper, record } = await startSleeper();
  await writeJsonFile(record, { ...sleeper, ...change });
  expect(isAlive({ ...sleeper, ...change })).toBe(false);
  expect(await findBackgroundProcess(stateDirectory, 'sleeper')).toBeUndefined();
  expect(await stopBackgroundProcess(stateDirectory, 'sleeper')).toBeUndefined();
  expect(identifyProcess(sleeper.pid)?.startTimeTicks).toBe(sleeper.startTimeTicks);
  await writeJsonFile(record, sleeper);
  await stopBackgroundProcess(stateDirectory, 'sleeper');
  expect(isAlive(sleeper)).toBe(false);
});

test('identifyProcess() answers nobody when the process is a zombie', async () => {
  // A shell may still collect a child that ends before it; `sleep` never does. So the child waits for it.
  const { stateDirectory } = await startSleeper(endedChildOfSleep);
  const log = await waitForLog(stateDirectory, 'child');
  const child = Number(/child (\d+)/.exec(log)?.[1]);
  await expect.poll(() => readFileSync(`/proc/${child}/stat`, 'utf8')).toContain(') Z ');
  expect(identifyProcess(child)).toBeUndefined();
});

test('stopBackgroundProcess() kills the whole group when it ignores SIGTERM, and is idempotent', async () => {
  const { stateDirectory, sleeper } = await startSleeper(
    'trap "" TERM; sleep 600 & echo "child $!"; while :; do wait; done',
  );
  const log = await waitForLog(stateDirectory, 'child');
  const child = Number(/child (\d+)/.exec(log)?.[1]);
  expect(await stopBackgroundProcess(stateDirectory, 'sleeper', 0.2)).toEqual(sleeper);
  expect(isAlive(sleeper)).toBe(false);
  await expect.poll(() => identifyProcess(child)).toBeUndefined();
  expect(await stopBackgroundProcess(stateDirectory, 'sleeper')).toBeUndefined();
});

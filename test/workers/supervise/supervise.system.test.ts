// SPDX-License-Identifier: Apache-2.0
// The supervisor with the real server and a double of the worker: what goes well, and what heals.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { identifyProcess } from '../../../workers/embedded/process-identity.ts';
import { readTemporalPorts } from '../../../workers/embedded/temporal/ports.ts';
import { withConnection } from '../../../workers/embedded/temporal/service.ts';
import { stateDirectoryWithPorts } from '../state-directory.ts';
import { TEST_TIMEOUT_MILLISECONDS, run, status, supervisor } from './supervisor-program.ts';

test('up() starts once, status() tells', { timeout: TEST_TIMEOUT_MILLISECONDS }, async () => {
  const state = await stateDirectoryWithPorts();
  const first = await run('up', state);
  expect(first.types).toEqual(['started temporal', 'started ui', 'started worker', 'ready']);
  expect(first.exitCode).toBe(0);
  const ports = await readTemporalPorts(state);
  const address = `127.0.0.1:${ports?.port}`;
  const uiUrl = `http://127.0.0.1:${ports?.uiPort}`;
  expect(first.lines.at(-1)).toEqual({
    type: 'ready',
    address,
    namespace: 'default',
    mode: 'embedded',
    uiUrl,
    uiLink: expect.stringMatching(/\/\?token=[\w-]{43}$/) as string,
  });
  expect(JSON.parse(await readFile(join(state, 'logs', 'worker.log'), 'utf8'))).toEqual({
    address,
    config: '/dev/null',
  });
  expect((await run('up', state)).types).toEqual([
    'already-running temporal',
    'already-running ui',
    'already-running worker',
    'ready',
  ]);
  expect(await status(state)).toEqual({
    temporal: {
      state: 'running',
      address,
      namespace: 'default',
      uiUrl,
      databaseFile: join(state, 'temporal', 'temporal.db'),
      pid: expect.any(Number) as number,
    },
    worker: { state: 'running', pid: expect.any(Number) as number, buildId: 'first' },
  });
});

test(
  'down() stops all, and up() finds its address again',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    const ready = (await run('up', state)).lines.at(-1);
    expect((await run('down', state)).types).toEqual(['stopped worker', 'stopped ui', 'stopped temporal']);
    expect((await run('down', state)).exitCode).toBe(0);
    const stopped = await status(state);
    expect(stopped).toMatchObject({ temporal: { state: 'stopped' }, worker: { state: 'stopped' } });
    // A command that reads tells by this what was stopped from what died.
    expect([stopped.temporal.died, stopped.worker.died]).toEqual([undefined, undefined]);
    expect((await run('up', state)).lines.at(-1)).toEqual(ready);
  },
);

test(
  'up() brings ports and database back when temporal was killed',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    await run('up', state);
    const before = await status(state);
    const address = before.temporal.address ?? '';
    const runId = await withConnection({ address }, async (connection) => {
      const client = new Client({ connection });
      const options = { workflowId: 'kept', taskQueue: 'nobody' };
      return (await client.workflow.start('Nothing', options)).firstExecutionRunId;
    });
    process.kill(before.temporal.pid ?? 0, 'SIGKILL');
    await expect.poll(() => identifyProcess(before.temporal.pid ?? 0)).toBeUndefined();
    expect((await run('up', state)).types).toEqual([
      'started temporal',
      'already-running ui',
      'already-running worker',
      'ready',
    ]);
    const after = await status(state);
    expect(after.temporal).toEqual({ ...before.temporal, pid: expect.any(Number) as number });
    expect(after.temporal.pid).not.toBe(before.temporal.pid);
    const described = await withConnection({ address }, (connection) =>
      new Client({ connection }).workflow.getHandle('kept').describe(),
    );
    expect(described.runId).toBe(runId);
  },
);

test(
  'up() starts one server and one worker when two run at once',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    const both = await Promise.all([run('up', state), run('up', state)]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const types = both.flatMap((each) => each.types);
    for (const what of ['temporal', 'worker']) {
      expect(types.filter((type) => type === `started ${what}`)).toHaveLength(1);
      expect(types.filter((type) => type === `already-running ${what}`)).toHaveLength(1);
    }
  },
);

test(
  'up() restarts the worker and the web UI when the bundle is another build',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    await run('up', state);
    const buildIdFile = join(dirname(supervisor), 'build-id');
    await writeFile(buildIdFile, 'second\n');
    try {
      const again = await run('up', state, { FAKE_WORKER_BUILD_ID: 'second' });
      expect(again.types).toEqual([
        'already-running temporal',
        'stopped ui',
        'started ui',
        'stopped worker',
        'started worker',
        'ready',
      ]);
      expect(again.progress).toContain(
        'restarting the worker: it runs build first, the program at hand is build second',
      );
      expect((await run('up', state)).types).toContain('already-running worker');
    } finally {
      await writeFile(buildIdFile, '');
    }
  },
);

test(
  'the watch starts again what was killed, and nothing after down()',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    const on = { HOLDFAST_WATCH: 'on' };
    const first = await run('up', state, on);
    expect(first.types).toEqual([
      'started temporal',
      'started ui',
      'started worker',
      'started watch',
      'ready',
    ]);
    expect((await run('up', state, on)).types).toContain('already-running watch');
    const before = await status(state);
    for (const { pid = 0 } of [before.temporal, before.worker]) process.kill(pid, 'SIGKILL');
    const pids = async () => {
      const { temporal, worker } = await status(state);
      return [temporal, worker].map(({ state: is, pid }) => is === 'running' && pid);
    };
    const isBack = async () => {
      const now = await pids();
      return (
        !now.includes(false) &&
        now.every((pid) => ![before.temporal.pid, before.worker.pid].includes(Number(pid)))
      );
    };
    // The bound that the issue of a dead worker asks for.
    await expect.poll(isBack, { timeout: 60_000, interval: 500 }).toBe(true);
    expect((await run('down', state, on)).types).toEqual([
      'stopped watch',
      'stopped worker',
      'stopped ui',
      'stopped temporal',
    ]);
    // Longer than the time between two looks.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    expect(await pids()).toEqual([false, false]);
  },
);

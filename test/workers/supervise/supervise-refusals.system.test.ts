// SPDX-License-Identifier: Apache-2.0
// The supervisor where it must refuse or use a server that is not its own. Real server, double of the worker.
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { hasListener } from '../../../workers/embedded/border/listening-process.ts';
import { readTemporalPorts } from '../../../workers/embedded/temporal/ports.ts';
import { stateDirectoryWithPorts, temporaryDirectory } from '../state-directory.ts';
import { TEST_TIMEOUT_MILLISECONDS, run, status } from './supervisor-program.ts';

test('up() shows the redacted log when the worker dies', { timeout: TEST_TIMEOUT_MILLISECONDS }, async () => {
  const state = await stateDirectoryWithPorts();
  const failed = await run('up', state, { FAKE_WORKER_FATE: 'dies' });
  expect(failed.exitCode).toBe(1);
  expect(failed.lines.at(-1)).toMatchObject({
    type: 'error',
    code: 'PreconditionFailed',
    message: expect.stringMatching(/ended before it was ready.*no such queue; password=\[redacted\]/s),
  });
  expect((await run('up', state)).types).toEqual([
    'already-running temporal',
    'already-running ui',
    'started worker',
    'ready',
  ]);
});

test(
  'up() says so when the worker lives but never gets ready',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const state = await stateDirectoryWithPorts();
    const failed = await run('up', state, { FAKE_WORKER_FATE: 'silent' });
    expect(failed.exitCode).toBe(1);
    expect(failed.progress.length).toBeGreaterThan(0);
    expect(failed.lines.at(-1)).toMatchObject({
      code: 'PreconditionFailed',
      message: expect.stringContaining('runs but is not ready after 30 s'),
    });
  },
);

test('up() names who sits on a kept port', { timeout: TEST_TIMEOUT_MILLISECONDS }, async () => {
  const state = await stateDirectoryWithPorts();
  const { port = 0 } = (await readTemporalPorts(state)) ?? {};
  const squatter = createServer().listen(port, '127.0.0.1');
  await expect.poll(() => hasListener(port)).toBe(true);
  const refused = await run('up', state);
  expect(refused.exitCode).toBe(1);
  expect(refused.lines.at(-1)).toMatchObject({
    code: 'Conflict',
    message: expect.stringContaining(`taken by pid ${process.pid} (`),
  });
  await new Promise((resolve) => squatter.close(resolve));
  expect((await run('up', state)).exitCode).toBe(0);
});

test('up() uses a configured Temporal and starts none', { timeout: TEST_TIMEOUT_MILLISECONDS }, async () => {
  const elsewhere = await stateDirectoryWithPorts();
  await run('up', elsewhere);
  const address = (await status(elsewhere)).temporal.address ?? '';
  const state = await temporaryDirectory();
  const configured = await run('up', state, { TEMPORAL_ADDRESS: address, https_proxy: 'http://127.0.0.1:4' });
  expect(configured.types).toEqual(['started worker', 'ready']);
  expect(configured.lines.at(-1)).toEqual({
    type: 'ready',
    address,
    namespace: 'default',
    mode: 'configured',
  });
  const shown = await run('status', state, { TEMPORAL_ADDRESS: address });
  expect(shown.lines[0]).toMatchObject({ temporal: { state: 'configured', address } });
});

test(
  'up() exits 4 when the configured Temporal is silent',
  { timeout: TEST_TIMEOUT_MILLISECONDS },
  async () => {
    const silent = await run('up', await temporaryDirectory(), { TEMPORAL_ADDRESS: '127.0.0.1:4' });
    expect(silent.exitCode).toBe(4);
    expect(silent.lines.at(-1)).toMatchObject({ type: 'error', code: 'Unreachable' });
  },
);

test('the supervisor refuses when the command is unknown', async () => {
  const refused = await run('sideways', await temporaryDirectory());
  expect(refused.exitCode).toBe(1);
  expect(refused.lines).toMatchObject([{ type: 'error', hint: 'Use one of: up, down, status' }]);
});

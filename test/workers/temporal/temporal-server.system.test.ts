// SPDX-License-Identifier: Apache-2.0
// The embedded server with the real program: prepared, kept to the loopback, honest when it dies.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ScheduleClient, type Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import {
  SEARCH_ATTRIBUTES,
  registerSearchAttributes,
} from '../../../workers/embedded/temporal/search-attributes.ts';
import { findTemporalServer, temporalDatabasePath } from '../../../workers/embedded/temporal/server-facts.ts';
import { ensureTemporalServer, stopTemporalServer } from '../../../workers/embedded/temporal/server.ts';
import type { TemporalServer } from '../../../workers/embedded/temporal/server.ts';
import {
  ensureRetention,
  readRetentionSeconds,
  withConnection,
} from '../../../workers/embedded/temporal/service.ts';
import { newestPoll } from '../../../workers/embedded/looks/signs-of-life.ts';
import { overdueSchedules } from '../../../workers/embedded/looks/overdue-schedules.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { bundleProgram } from '../bundled-program.ts';
import { stateDirectoryWithPorts } from '../state-directory.ts';
import { PROGRAM_TIMEOUT_MILLISECONDS, cleanEnvironment, temporalProgram } from './temporal-program.ts';

const THIRTY_DAYS_SECONDS = 30 * 86_400;
let stateDirectory: string;
let server: TemporalServer;
let guardEntry: string;

const ensure = (directory: string) =>
  ensureTemporalServer({
    stateDirectory: directory,
    guardEntry,
    userId: 0,
    provideBinary: temporalProgram,
    environment: cleanEnvironment,
    progress: () => undefined,
  });
const connected = <T>(work: (connection: Connection) => Promise<T>) =>
  withConnection({ address: server.address }, work);

beforeAll(async () => {
  await temporalProgram();
  guardEntry = await bundleProgram({ entry: 'workers/guard.ts' });
  stateDirectory = await stateDirectoryWithPorts();
  const startedAtMilliseconds = performance.now();
  server = await ensure(stateDirectory);
  console.info(`server ready in ${Math.round(performance.now() - startedAtMilliseconds)} ms`);
}, PROGRAM_TIMEOUT_MILLISECONDS);

test('ensureTemporalServer() keeps closed runs for 30 days when it is read back', async () => {
  expect(await connected((c) => readRetentionSeconds(c, 'default'))).toBe(THIRTY_DAYS_SECONDS);
  expect(await connected((c) => ensureRetention(c, 'default'))).toBe(false);
});

test('ensureRetention() leaves a longer retention alone when an operator set one', async () => {
  await connected(async (connection) => {
    const longer = THIRTY_DAYS_SECONDS * 2;
    await execa(
      await temporalProgram(),
      [
        'operator',
        'namespace',
        'update',
        '--address',
        server.address,
        '-n',
        'default',
        '--retention',
        `${longer}s`,
      ],
      { env: cleanEnvironment, extendEnv: false },
    );
    expect(await ensureRetention(connection, 'default')).toBe(false);
    expect(await readRetentionSeconds(connection, 'default')).toBe(longer);
  });
});

test('ensureTemporalServer() starts nothing when it runs already', async () => {
  const again = await ensure(stateDirectory);
  expect(again).toEqual({ ...server, started: false });
});

test('registerSearchAttributes() registers nothing when all are there, also when two ask at once', async () => {
  await connected(async (connection) => {
    const listed = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(listed.customAttributes).toMatchObject(SEARCH_ATTRIBUTES);
    const both = [1, 2].map(() => registerSearchAttributes(connection, 'default'));
    expect(await Promise.all(both)).toEqual([[], []]);
  });
});

test('registerSearchAttributes() refuses when one has another type', async () => {
  await connected(async (connection) => {
    const namespace = 'other-types';
    await execa(
      await temporalProgram(),
      ['operator', 'namespace', 'create', '--address', server.address, '-n', namespace],
      { env: cleanEnvironment, extendEnv: false },
    );
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { Cloud: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_INT },
    });
    await expect(registerSearchAttributes(connection, namespace)).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('Cloud'),
    });
  });
});

test('newestPoll() changes with each poll of a worker, and knows nothing of another', async () => {
  await connected(async (connection) => {
    // The server refuses a long poll of a second or less.
    const poll = () =>
      connection
        .withDeadline(Date.now() + 3000, () =>
          connection.workflowService.pollWorkflowTaskQueue({
            namespace: 'default',
            taskQueue: { name: taskQueue },
            identity: 'holdfast-1',
          }),
        )
        .catch(() => undefined);
    const seen: (string | null)[] = [await newestPoll(connection, 'default', 'holdfast-1')];
    for (let turn = 0; turn < 2; turn += 1) {
      await poll();
      seen.push(await newestPoll(connection, 'default', 'holdfast-1'));
    }
    expect(seen[0]).toBeNull();
    expect(new Set(seen).size).toBe(3);
    expect(await newestPoll(connection, 'default', 'holdfast-2')).toBeNull();
  });
});

test('overdueSchedules() names those of ours whose runs did not begin, and no paused one', async () => {
  await connected(async (connection) => {
    const client = new ScheduleClient({ connection, namespace: 'default' });
    const create = (scheduleId: string, paused: boolean) =>
      client.create({
        scheduleId,
        spec: { intervals: [{ every: '1h' }] },
        action: { type: 'startWorkflow', workflowType: 'DriftBox', taskQueue: 'nobody' },
        state: { paused },
      });
    for (const [id, paused] of [
      ['holdfast/drift/lab', false],
      ['holdfast/drift/paused', true],
      ['of-others', false],
    ] as const)
      await create(id, paused);
    // Schedules are listed by another store than they are kept in, a moment later.
    const inThreeHours = () => overdueSchedules(connection, 'default', Date.now() + 3 * 3_600_000);
    await expect
      .poll(inThreeHours, { timeout: 30_000 })
      .toMatchObject([{ id: 'drift/lab', type: 'DriftBox' }]);
    expect(await overdueSchedules(connection, 'default', Date.now())).toEqual([]);
  });
});

test('ensureTemporalServer() listens on the loopback alone', async () => {
  const { stdout: pid } = await execa('pgrep', ['--parent', String(server.process.pid), '^temporal$']);
  const { stdout } = await execa('ss', ['-Hltnp']);
  const own = stdout.split('\n').filter((line) => line.includes(`pid=${pid},`));
  const addresses = own.map((line) => line.trim().split(/\s+/)[3] ?? '');
  expect(addresses).toContain(server.address);
  expect(addresses.filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([]);
});

test('ensureTemporalServer() carries the last lines of the log when the server dies at start', async () => {
  const broken = await stateDirectoryWithPorts();
  await mkdir(dirname(temporalDatabasePath(broken)), { recursive: true });
  await writeFile(temporalDatabasePath(broken), 'this is no database '.repeat(500));
  await expect(ensure(broken)).rejects.toMatchObject({
    code: 'Unreachable',
    message: expect.stringMatching(
      /ended while it was starting; last lines of [^\n]*temporal\.log:\n.*database/s,
    ),
  });
  expect(await findTemporalServer(broken)).toBeUndefined();
});

test('stopTemporalServer() says what it stopped, once', async () => {
  expect(await stopTemporalServer(stateDirectory)).toEqual(server.process);
  expect(await stopTemporalServer(stateDirectory)).toBeUndefined();
});

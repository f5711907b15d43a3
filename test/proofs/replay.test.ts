// SPDX-License-Identifier: Apache-2.0
// Every recorded history replays on the present workflows; edits of the recorded table and of the engine must not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Compiled } from '../../workflows/contracts/messages.ts';
import type { CompiledRow } from '../../workflows/contracts/table.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'test', 'histories');
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
let code = '';

// Each replay is a worker that tells of its begin and end; what fails is told by the tests.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

beforeAll(async () => {
  ({ code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    logger: quiet,
  }));
});

interface Payload {
  data: string;
}
interface HistoryEvent {
  workflowExecutionStartedEventAttributes?: { workflowId?: string };
  activityTaskScheduledEventAttributes?: { activityId: string; input?: { payloads: Payload[] } };
  activityTaskCompletedEventAttributes?: { scheduledEventId: string; result: { payloads: Payload[] } };
  eventId: string;
}
interface RecordedHistory {
  events: HistoryEvent[];
}

const load = (name: string): RecordedHistory =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as RecordedHistory;

function replay(history: RecordedHistory, bundle = code): Promise<void> {
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? 'replay';
  return Worker.runReplayHistory({ workflowBundle: { code: bundle } }, historyFromJSON(history), workflowId);
}

/** The payload that `compile` answered in a history. */
function compiledPayload(history: RecordedHistory): Payload {
  const scheduled = history.events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityId === 'compile/1',
  );
  const completed = history.events.find(
    (event) => event.activityTaskCompletedEventAttributes?.scheduledEventId === scheduled?.eventId,
  );
  const payload = completed?.activityTaskCompletedEventAttributes?.result.payloads[0];
  if (payload === undefined) throw new Error('The history holds no compiled table');
  return payload;
}

function editTable(history: RecordedHistory, edit: (rows: CompiledRow[]) => CompiledRow[]): RecordedHistory {
  const payload = compiledPayload(history);
  const compiled = JSON.parse(Buffer.from(payload.data, 'base64').toString()) as Compiled;
  const edited = { ...compiled, table: { ...compiled.table, rows: edit([...compiled.table.rows]) } };
  payload.data = Buffer.from(JSON.stringify(edited)).toString('base64');
  return history;
}

describe('replay', () => {
  test('there is a history of each kind that binds', () => {
    expect(names.sort()).toEqual([
      'canary-bad.json',
      'canary-busy.json',
      'canary-good.json',
      'destroy-box-good.json',
      'drift-box-differs.json',
      'dump-box-good.json',
      'install-box-cancelled.json',
      'install-box-good.json',
      'install-box-parked-resolved.json',
      'install-box-watched-crashes.json',
      'migrate-database-approved.json',
      'migrate-database-crashes.json',
      'migrate-nova-cancelled.json',
      'migrate-nova-good.json',
      'migrate-nova-parked-resolved.json',
      'migrate-nova-refused.json',
      'migrate-nova-skipped.json',
      'nova-status-differs.json',
      'renew-certificates-same.json',
      'restore-box-good.json',
      'restore-nova-approved.json',
      'unordered/destroy-box-good.json',
      'unordered/drift-box-differs.json',
      'unordered/install-box-cancelled.json',
      'unordered/install-box-good.json',
      'unordered/install-box-parked-resolved.json',
      'upgrade-box-good.json',
    ]);
  });

  test.each(names)('%s replays on the present workflows', async (name) => {
    await expect(replay(load(name))).resolves.toBeUndefined();
  });

  test('a row inserted into the recorded table is noticed', async () => {
    const history = editTable(load('install-box-good.json'), (rows) => {
      const [first, ...rest] = rows as [CompiledRow, ...CompiledRow[]];
      return [
        first,
        { ...first, id: 'inserted', after: [first.id] },
        ...rest.map((row) => ({ ...row, after: row.after.map((id) => (id === first.id ? 'inserted' : id)) })),
      ];
    });
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  test('two rows swapped in the recorded table are noticed', async () => {
    const history = editTable(load('install-box-good.json'), (rows) => {
      const ids = ['postgres.config', 'postgres.cluster'];
      const swap = (id: string): string =>
        ids.includes(id) ? (ids.find((other) => other !== id) ?? id) : id;
      return rows.map((row) => ({ ...row, id: swap(row.id) }));
    });
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that leaves the look after the change out is noticed', async () => {
    const edited = code.replace(
      "await run.activities.observe(row, 'verify')",
      "({ verdict: 'same', digest: '', count: 0, differences: [] })",
    );
    expect(edited).not.toBe(code);
    await expect(replay(load('install-box-good.json'), edited)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that names its activities otherwise is noticed', async () => {
    const edited = code.replace('lease/${phase}/', 'lock/${phase}/');
    expect(edited).not.toBe(code);
    await expect(replay(load('install-box-good.json'), edited)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that takes everything at once is noticed by a run that was told in portions', async () => {
    const edited = code.replace('await entered;', '');
    expect(edited).not.toBe(code);
    await expect(replay(load('install-box-watched-crashes.json'), edited)).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  test('changed arguments in the recorded table replay clean: golden tables watch those', async () => {
    const history = editTable(load('install-box-good.json'), (rows) =>
      rows.map((row) => ({ ...row, observe: { ...row.observe, args: { changed: true } } })),
    );
    await expect(replay(history)).resolves.toBeUndefined();
  });

  test('no steps file is part of the bundle, so that a changed table never meets an open run', () => {
    expect(code).not.toMatch(/install-box\/steps\.ts/);
  });
});

// SPDX-License-Identifier: Apache-2.0
// Every recorded history replays on the present workflows; edits of the recorded table and of the engine must not.
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Compiled } from '../../workflows/contracts/run/messages.ts';
import { historyNames, readHistory } from './recording.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';

const root = join(import.meta.dirname, '..', '..');
const names = historyNames();
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

const load = (name: string): RecordedHistory => readHistory(name) as RecordedHistory;

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

function editTable(
  history: RecordedHistory,
  edit: (steps: CompiledStep[]) => CompiledStep[],
): RecordedHistory {
  const payload = compiledPayload(history);
  const compiled = JSON.parse(Buffer.from(payload.data, 'base64').toString()) as Compiled;
  const edited = { ...compiled, table: { ...compiled.table, steps: edit([...compiled.table.steps]) } };
  payload.data = Buffer.from(JSON.stringify(edited)).toString('base64');
  return history;
}

describe('replay', () => {
  test('there is a history of each kind that binds', () => {
    expect(names.sort()).toEqual([
      'authority/activate-ca-good',
      'authority/destroy-ca-good',
      'authority/drill-compromise-killed',
      'authority/install-ca-good',
      'authority/issue-ca-imported-killed',
      'authority/issue-ca-killed',
      'authority/revoke-ca-good',
      'box/destroy-box-good',
      'box/drift-box-cancelled',
      'box/drift-box-differs',
      'box/drift-box-step-by-step-differs',
      'box/dump-box-good',
      'box/install-box-cancelled',
      'box/install-box-good',
      'box/install-box-parked-resolved',
      'box/install-box-watched-crashes',
      'box/renew-certificates-authority-parked-resolved',
      'box/renew-certificates-same',
      'box/restore-box-good',
      'box/upgrade-box-good',
      'canary/canary-bad',
      'canary/canary-busy',
      'canary/canary-good',
      'nova/migrate-database-approved',
      'nova/migrate-database-crashes',
      'nova/migrate-nova-cancelled',
      'nova/migrate-nova-good',
      'nova/migrate-nova-parked-resolved',
      'nova/migrate-nova-refused',
      'nova/migrate-nova-skipped',
      'nova/nova-status-differs',
      'nova/restore-nova-approved',
      'rotations/acknowledge-credential-good',
      'rotations/rotate-admin-approved-crashes',
      'rotations/rotate-cloud-approved-crashes',
      'rotations/rotate-cloud-joined-crashes',
      'rotations/rotate-keys-fernet-crashes',
      'rotations/rotate-keys-jws-crashes',
      'unordered/destroy-box-good',
      'unordered/drift-box-differs',
      'unordered/install-box-cancelled',
      'unordered/install-box-good',
      'unordered/install-box-parked-resolved',
    ]);
  });

  test.each(names)('%s replays on the present workflows', async (name) => {
    await expect(replay(load(name))).resolves.toBeUndefined();
  });

  test('a step inserted into the recorded table is noticed', async () => {
    const history = editTable(load('box/install-box-good'), (steps) => {
      const [first, ...rest] = steps as [CompiledStep, ...CompiledStep[]];
      return [
        first,
        { ...first, id: 'inserted', after: [first.id] },
        ...rest.map((step) => ({
          ...step,
          after: step.after.map((id) => (id === first.id ? 'inserted' : id)),
        })),
      ];
    });
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  test('two steps swapped in the recorded table are noticed', async () => {
    const history = editTable(load('box/install-box-good'), (steps) => {
      const ids = ['postgres.config', 'postgres.cluster'];
      const swap = (id: string): string =>
        ids.includes(id) ? (ids.find((other) => other !== id) ?? id) : id;
      return steps.map((step) => ({ ...step, id: swap(step.id) }));
    });
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that leaves the look after the change out is noticed', async () => {
    const edited = code.replace(
      "await run.activities.observe(step, 'verify')",
      "({ verdict: 'same', digest: '', count: 0, differences: [] })",
    );
    expect(edited).not.toBe(code);
    await expect(replay(load('box/install-box-good'), edited)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that names its activities otherwise is noticed', async () => {
    const edited = code.replace('lease/${phase}/', 'lock/${phase}/');
    expect(edited).not.toBe(code);
    await expect(replay(load('box/install-box-good'), edited)).rejects.toThrow(DeterminismViolationError);
  });

  test('a report of an earlier release goes on with an activity for each look', async () => {
    const edited = code.replace(/\(0,\s*[^)]*patched\)\(inOneActivity\)/, 'true');
    expect(edited).not.toBe(code);
    const history = load('box/drift-box-step-by-step-differs');
    await expect(replay(history, edited)).rejects.toThrow(DeterminismViolationError);
  });

  test('an engine that takes everything at once is noticed by a run that was told in portions', async () => {
    const edited = code.replace('await entered;', '');
    expect(edited).not.toBe(code);
    await expect(replay(load('box/install-box-watched-crashes'), edited)).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  test('changed arguments in the recorded table replay clean: golden tables watch those', async () => {
    const history = editTable(load('box/install-box-good'), (steps) =>
      steps.map((step) => ({ ...step, observe: { ...step.observe, args: { changed: true } } })),
    );
    await expect(replay(history)).resolves.toBeUndefined();
  });

  test('no steps file is part of the bundle, so that a changed table never meets an open run', () => {
    expect(code).not.toMatch(/install-box\/steps\.ts/);
  });
});

// SPDX-License-Identifier: Apache-2.0
// A report looks inside one activity, tells its progress by beats, and is no report when it is cut short. No server.
import { asyncLocalStorage, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../activities/clients/failure.ts';
import { Detached, observing } from '../../activities/step-scope.ts';
import type { Reported, RunMemo } from '../../workflows/contracts/run/messages.ts';
import type { StepContext } from '../../workflows/contracts/run/table.ts';
import { reportActivity } from '../../workers/report-activity.ts';
import { tableOf } from '../workflows/fake-world.ts';

const input = { operation: 'drift', payloads: [] };
const beats: unknown[] = [];
let ending: AbortController;
const looks: StepContext[] = [];
/** Of a step: what its look does. */
let hooks: Record<string, (signal: AbortSignal) => Promise<void>>;

beforeEach(() => {
  beats.length = 0;
  looks.length = 0;
  hooks = {};
  ending = new AbortController();
});

const observe = observing(async (_: unknown, { context, signal }) => {
  looks.push(context);
  await hooks[context.step]?.(signal);
  return context.step === 'changed' ? [{ what: 'mode', have: '0644', want: '0600' }] : [];
});

const readLease = () => Promise.resolve({ holder: null, epoch: 0 });

const call = { activity: 'observe', args: {} };
const table = tableOf(
  {
    first: { observe: call, after: [] },
    changed: { observe: call, after: ['first'] },
    last: { observe: call, after: [] },
  },
  { lease: null, limit: 2 },
);

/** As a worker with these activities does it. */
function report(compile = () => Promise.resolve({ table, nonce: 'nonce' })): Promise<Reported> {
  const activity = reportActivity({ compile, observe, readLease } as Parameters<typeof reportActivity>[0]);
  const none = undefined as never;
  const info = { attempt: 1, heartbeatTimeoutMs: 15, workflowExecution: { workflowId: 'drift/lab' } };
  const context = new Context(
    info as unknown as ConstructorParameters<typeof Context>[0],
    new Promise<never>(() => undefined),
    ending.signal,
    (details: unknown) => beats.push(details),
    none,
    none,
    none,
    none,
  );
  return asyncLocalStorage.run(context, () => activity.report(input));
}

describe('report()', () => {
  test('says of a step that is as wanted no more than that, and of the others all', async () => {
    const { table: rest, report: made } = await report();
    expect(rest).not.toHaveProperty('steps');
    expect(rest.inputDigest).toBe(made.inputDigest);
    const [first, changed] = made.steps;
    expect(Object.keys(first ?? {})).toEqual(['id', 'title', 'verdict', 'looked']);
    expect(changed).toMatchObject({ verdict: 'differs', count: 1, after: ['first'], changes: true });
    expect(looks.map(({ epoch, failsUnless }) => [epoch, failsUnless])).toEqual([
      [0, undefined],
      [0, undefined],
      [0, undefined],
    ]);
  });

  test('beats the memo of the run while it looks, and the looks beat nothing', async () => {
    hooks['first'] = () => new Promise((resolve) => setTimeout(resolve, 60));
    await report();
    const memos = beats.filter((beat) => beat !== undefined) as RunMemo[];
    expect(memos[0]?.steps).toMatchObject({ first: 'observing', changed: 'pending' });
    expect(memos.every(({ phase }) => phase === 'running')).toBe(true);
  });

  test.each([null, 'lab'])(
    'is detached when the worker or the run ends it, with the lease %s',
    async (lease) => {
      hooks['first'] = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Detached()));
          ending.abort();
        });
      const compiled = Promise.resolve({ table: { ...table, lease }, nonce: 'nonce' });
      await expect(report(() => compiled)).rejects.toThrow(Detached);
      expect(looks.map(({ step }) => step)).not.toContain('changed');
    },
  );

  test('a look that ends with an error is a step that cannot be seen', async () => {
    hooks['first'] = () => Promise.reject(new Failure('Rejected', 'no answer', { on: 'lab' }));
    const { report: made } = await report();
    expect(made.steps.map(({ verdict }) => verdict)).toEqual(['failed', 'differs', 'same']);
  });

  test('a refused input is refused as compile refuses it, and is not tried again', async () => {
    const refusal = ApplicationFailure.nonRetryable('no such box', 'InvalidInput');
    await expect(report(() => Promise.reject(refusal))).rejects.toBe(refusal);
  });

  test('an activity that this worker lacks is a step that cannot be seen', async () => {
    const unknown = tableOf(
      { first: { observe: { activity: 'observeElsewhere', args: {} } } },
      { lease: null },
    );
    const { report: made } = await report(() => Promise.resolve({ table: unknown, nonce: 'nonce' }));
    expect(made.steps).toMatchObject([
      { verdict: 'failed', failure: { cause: 'This worker has no activity observeElsewhere' } },
    ]);
  });
});

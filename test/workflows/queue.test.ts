// SPDX-License-Identifier: Apache-2.0
// Steps whose activities only the worker of another task queue can do. No server.
import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { reportOn } from '../../workflows/engine/report.ts';
import { activityOptions, unattended } from '../../workflows/engine/temporal-ports.ts';
import type { EngineCall } from '../../workflows/ports/run/engine.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { UnattendedQueue } from '../../workflows/ports/run/unattended-queue.ts';
import { FakeWorld, tableOf } from './fake-world.ts';

const call = (queue?: string): EngineCall => ({
  id: 'a/observe/1',
  call: { activity: 'observeToken', args: {}, ...(queue !== undefined && { queue }) },
  context: null,
  profile: 'look',
  summary: '',
  cancellable: true,
});

describe('a call that names its task queue', () => {
  test('activityOptions() passes the queue on, and names none where the call names none', () => {
    expect(activityOptions(call('token.lab'))).toMatchObject({
      activityId: 'a/observe/1',
      taskQueue: 'token.lab',
      scheduleToStartTimeout: 60_000,
    });
    for (const option of ['taskQueue', 'scheduleToStartTimeout'])
      expect(activityOptions(call())).not.toHaveProperty(option);
  });

  test('unattended() tells a call that nobody took from one that began and was lost', () => {
    const ended = (type: TimeoutFailure['timeoutType']) =>
      new ActivityFailure(
        '',
        'observeToken',
        'a/observe/1',
        'TIMEOUT',
        '',
        new TimeoutFailure('', null, type),
      );
    const passed = (error: unknown) => () => unattended('token.lab')(error);
    expect(passed(ended('SCHEDULE_TO_START'))).toThrow(UnattendedQueue);
    expect(passed(ended('START_TO_CLOSE'))).toThrow(ActivityFailure);
    expect(passed(new Error('other'))).toThrow('other');
  });

  test('run() takes a queue without a worker for a silence: no try is counted, and it goes on once there is one', async () => {
    const world = new FakeWorld();
    let calls = 0;
    world.hooks.set('token/apply', () => {
      calls += 1;
      if (calls < 4) throw new UnattendedQueue('token.lab');
    });
    const progress = await new TableRun(tableOf({ token: { tries: 1 } }), world, 'nonce').run();
    expect([progress.phase, calls, world.slept]).toEqual(['done', 4, [2, 4, 6]]);
    expect(world.shown.flatMap(({ steps }) => steps[0]?.failure ?? [])).toContainEqual(
      expect.objectContaining({
        code: 'Unreachable',
        message: 'token: no worker serves the task queue token.lab',
      }),
    );
  });

  test('reportOn() schedules nothing on another queue: the step waits', async () => {
    const world = new FakeWorld();
    world.holds.add('profile');
    const token = { activity: 'observeToken', args: {}, queue: 'token.lab' };
    const steps = { profile: {}, token: { observe: token, check: true }, key: {} };
    const { report } = await reportOn(tableOf(steps), world, 'nonce');
    expect(
      report.steps.map((step) => [step.id, step.verdict, step.verdict === 'same' ? undefined : step.queue]),
    ).toEqual([
      ['profile', 'same', undefined],
      ['token', 'waits', 'token.lab'],
      ['key', 'differs', undefined],
    ]);
    expect(world.ids.filter((id) => id.startsWith('token/'))).toEqual([]);
  });
});

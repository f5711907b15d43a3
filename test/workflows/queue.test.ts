// SPDX-License-Identifier: Apache-2.0
// Steps whose activities only the worker of another task queue can do. No server.
import { describe, expect, test } from 'vitest';
import { reportOn } from '../../workflows/engine/report.ts';
import { activityOptions } from '../../workflows/engine/temporal-ports.ts';
import type { EngineCall } from '../../workflows/ports/engine.ts';
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
    });
    expect(activityOptions(call())).not.toHaveProperty('taskQueue');
  });

  test('reportOn() schedules nothing on another queue: the step waits', async () => {
    const world = new FakeWorld();
    world.holds.add('profile');
    const token = { activity: 'observeToken', args: {}, queue: 'token.lab' };
    const rows = { profile: {}, token: { observe: token, check: true }, key: {} };
    const { report } = await reportOn(tableOf(rows), world, 'nonce');
    expect(report.rows.map(({ id, verdict, queue }) => [id, verdict, queue])).toEqual([
      ['profile', 'same', undefined],
      ['token', 'waits', 'token.lab'],
      ['key', 'differs', undefined],
    ]);
    expect(world.ids.filter((id) => id.startsWith('token/'))).toEqual([]);
  });
});

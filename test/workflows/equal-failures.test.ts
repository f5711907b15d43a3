// SPDX-License-Identifier: Apache-2.0
// Steps that give up one after another for the same cause, and what is begun after them. No server.
import { expect, test } from 'vitest';
import { TableRun } from '../../workflows/engine/run-table.ts';
import type { StepFailure } from '../../workflows/contracts/run/errors.ts';
import type { StepOptions } from '../../workflows/contracts/run/build-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const users = ['glance', 'placement', 'neutron', 'nova'];
type Steps = Record<string, Partial<StepOptions>>;

/** No user depends on another. */
const stepsOf = (options: Partial<StepOptions>): Steps =>
  Object.fromEntries(users.map((user) => [user, { ...options, after: [], tries: 1 }]));

function begun(onFailure: 'fail' | 'park', failures: readonly StepFailure[], tripAfter?: number) {
  const world = new FakeWorld();
  users.slice(0, failures.length).forEach((user, index) => {
    const given = failures[index];
    if (given !== undefined && given.message !== '')
      world.hooks.set(`${user}/apply`, () => ({ outcome: 'failed', failure: given }));
  });
  const table = {
    ...tableOf(stepsOf({ onFailure })),
    limit: 1,
    ...(tripAfter !== undefined && { tripAfter }),
  };
  return { world, run: new TableRun(table, world, 'nonce') };
}

const down = (request: string): StepFailure =>
  failure('Rejected', { on: 'Keystone', message: `POST ${request}`, cause: `refused (req-${request})` });
const fine = failure('Rejected', { message: '' });

test('two for the same cause let no other step begin, and the end says so', async () => {
  const { run } = begun('fail', [down('1a'), down('2b')], 2);
  const { phase, steps, failure: end } = await run.run();
  expect([phase, steps.map(({ status }) => status)]).toEqual([
    'failed',
    ['failed', 'failed', 'pending', 'pending'],
  ]);
  expect(end?.message).toContain('2 steps gave up for the same cause, and none was begun after them');
});

test.each([
  ['their causes differ', [down('1a'), failure('Rejected', { on: 'nova' })], 2],
  ['one that was done stands between them', [down('1a'), fine, down('2b')], 2],
  ['the table has no limit', [down('1a'), down('2b')], undefined],
] as const)('the others go on when %s', async (_, failures, limit) => {
  const { run } = begun('fail', failures, limit);
  const { phase, steps } = await run.run();
  const failed = failures.filter(({ message }) => message !== '').length;
  expect([phase, steps.filter(({ status }) => status === 'changed').length]).toEqual(['failed', 4 - failed]);
});

test('a run that parks waits with the others, and goes on once a person answered', async () => {
  const { world, run } = begun('park', [down('1a'), down('2b')], 2);
  const end = run.run();
  for (let turn = 0; run.progress().phase !== 'needs-operator' && turn < 500; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(run.progress().steps.map(({ status }) => status)).toEqual([
    'parked',
    'parked',
    'pending',
    'pending',
  ]);
  world.hooks.clear();
  for (const step of ['glance', 'placement'])
    run.resolve({ step, occurrence: 1, action: 'retry', actor: 'ada', reason: '' });
  expect((await end).phase).toBe('done');
});

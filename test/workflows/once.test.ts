// SPDX-License-Identifier: Apache-2.0
// Steps that were true once: nothing observes them again, whatever was true of them may be over. No server.
import { expect, test } from 'vitest';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

/** Token A is taken out and token B is put in: the root's certificate needs B, and the key on A stands. */
const swap = {
  station: { check: true },
  'token.a': { check: true, once: true as const },
  key: {},
  'token.b': { check: true, once: true as const },
  certificate: { tries: 1 },
};

/** Both tokens are there when they are asked for; A is gone once B was seen. */
function swapped(): FakeWorld {
  const world = new FakeWorld();
  for (const id of ['station', 'token.a', 'token.b']) world.holds.add(id);
  world.hooks.set('token.b/observe', () => void world.holds.delete('token.a'));
  return world;
}

const looksAt = (world: FakeWorld, id: string): number =>
  world.ids.filter((each) => each.startsWith(`${id}/observe`)).length;

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 500) throw new Error('the run does not come to it');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a look back leaves out a step that is once, and observes the others', async () => {
  const world = swapped();
  world.hooks.set('certificate/apply', () => {
    world.hooks.delete('certificate/apply');
    return { outcome: 'failed', failure: failure('Unreachable') };
  });
  expect((await new TableRun(tableOf(swap), world, 'nonce').run()).phase).toBe('done');
  expect(['station', 'token.a', 'key', 'token.b'].map((id) => looksAt(world, id))).toEqual([2, 1, 2, 1]);
});

test('an answer an hour later asks for no token that was put in before the swap', async () => {
  const world = swapped();
  world.hooks.set('certificate/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
  const run = new TableRun(tableOf(swap), world, 'nonce');
  const end = run.run();
  await until(() => run.progress().phase === 'needs-operator');
  world.hooks.delete('certificate/apply');
  world.pass(3600);
  run.resolve({ step: 'certificate', occurrence: 1, action: 'retry', actor: 'ada', reason: '' });
  expect((await end).phase).toBe('done');
  expect(looksAt(world, 'token.a')).toBe(1);
});

test('a lease that others held in between makes no step pending that is once', async () => {
  const world = swapped();
  world.hooks.set('certificate/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
  const run = new TableRun(tableOf(swap), world, 'nonce');
  const end = run.run();
  await until(() => run.progress().phase === 'needs-operator');
  world.hooks.delete('certificate/apply');
  world.leaseEpoch += 1;
  run.resolve({ step: 'certificate', occurrence: 1, action: 'retry', actor: 'ada', reason: '' });
  expect((await end).steps.map(({ status }) => status)).toEqual([
    'same',
    'same',
    'changed',
    'same',
    'changed',
  ]);
  expect(['station', 'token.a', 'key', 'token.b'].map((id) => looksAt(world, id))).toEqual([2, 1, 2, 1]);
});

test('a step waits while what its parents stand on has fallen, and looks at nothing again and again', async () => {
  const world = new FakeWorld();
  for (const id of ['station', 'token']) world.holds.add(id);
  world.isTimed = true;
  world.hooks.set('certificate/apply', () => {
    world.holds.delete('station');
    return { outcome: 'failed', failure: failure('Unreachable') };
  });
  const steps = {
    station: { check: true, awaits: { remindSeconds: 3600 } },
    token: { check: true, once: true as const },
    bytes: {},
    certificate: { tries: 1, after: ['token', 'bytes'] },
  };
  const run = new TableRun(tableOf(steps), world, 'nonce');
  const end = run.run();
  await until(() => run.progress().steps[3]?.status === 'waiting');
  await world.live(600);
  expect(run.progress().steps.map(({ status }) => status)).toEqual([
    'awaiting',
    'same',
    'pending',
    'pending',
  ]);
  expect(world.ids.length).toBeLessThan(40);
  world.hooks.delete('certificate/apply');
  world.holds.add('station');
  await world.live(7200);
  expect((await end).phase).toBe('done');
});

// SPDX-License-Identifier: Apache-2.0
// A report looks at as many steps at once as its table allows, whichever of them is slow. No server.
import { expect, test } from 'vitest';
import { reportOn, type LookOrder } from '../../workflows/engine/report.ts';
import { FakeWorld, tableOf } from './fake-world.ts';

const step = { after: [] };
/** The first of them is slow. */
const five = { slow: step, a: step, b: step, c: step, d: step };

/** What was looked at before the slow look came to its end. */
async function beforeSlow(order: LookOrder | undefined): Promise<string[]> {
  const world = new FakeWorld();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  world.hooks.set('slow/observe', async () => {
    await held;
    return { verdict: 'same', digest: '0', count: 0, differences: [] };
  });
  const reported = reportOn(tableOf(five, { limit: 2, lease: null }), world, 'nonce', order);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const seen = [...world.ids];
  release();
  const { report } = await reported;
  expect(report.steps.map(({ id }) => id)).toEqual(Object.keys(five));
  expect(world.mostAtOnce).toBe(2);
  return seen.map((id) => id.split('/')[0] ?? '');
}

test('reportOn() looks at all others while one look is slow, and keeps to the limit', async () => {
  expect(await beforeSlow(undefined)).toEqual(['slow', 'a', 'b', 'c', 'd']);
});

test('reportOn() goes on as it began in a run of an earlier release', async () => {
  expect(await beforeSlow('slots')).toEqual(['slow', 'a', 'c']);
});

test('reportOn() looks at a step after those it depends on, whatever slot is free', async () => {
  const world = new FakeWorld();
  await reportOn(
    tableOf({ a: step, b: { after: ['a'] }, c: step }, { limit: 2, lease: null }),
    world,
    'nonce',
  );
  expect(world.ids).toEqual(['a/observe/1', 'c/observe/1', 'b/observe/1']);
});

// SPDX-License-Identifier: Apache-2.0
// Steps that await a person for hours and days: no failure, no slot, no lease, a notice and reminders. No server.
import { describe, expect, test } from 'vitest';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { UnattendedQueue } from '../../workflows/ports/run/unattended-queue.ts';
import { differs, failure, FakeWorld, tableOf } from './fake-world.ts';

const awaits = { remindSeconds: 14_400 };
const token = { check: true, awaits, tries: 1, onFailure: 'fail' as const };
const hour = 3600;

function begin(steps: Parameters<typeof tableOf>[0], extra: Partial<CompiledTable> = {}) {
  const world = new FakeWorld();
  world.isTimed = true;
  const run = new TableRun(
    tableOf(steps, { notify: { subject: { kind: 'box', name: 'lab' } }, ...extra }),
    world,
    'nonce',
  );
  return { world, run, end: run.run() };
}

const step = (run: TableRun, id: string): StepProgress =>
  run.progress().steps.find((each) => each.id === id) as StepProgress;

async function until(run: TableRun, holds: (progress: Progress) => boolean): Promise<void> {
  for (let turn = 0; !holds(run.progress()); turn += 1) {
    if (turn > 500) throw new Error(JSON.stringify(run.progress()));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const needsOperator = ({ phase }: Progress): boolean => phase === 'needs-operator';

function give(run: TableRun, id: string, facts: Partial<ResolveStep> = {}): void {
  const { occurrence } = step(run, id);
  const given: ResolveStep = { step: id, occurrence, action: 'retry', actor: 'ada', reason: '', ...facts };
  expect(refusalOf(given, run.progress().steps, 0)).toBeNull();
  run.resolve(given);
}

const looksAt = (world: FakeWorld, id: string): number =>
  world.ids.filter((each) => each.startsWith(`${id}/observe`)).length;

describe('a step that awaits', () => {
  test('is no failure: it counts no try, gives the lease back, and a person is told of it', async () => {
    const { world, run } = begin({ before: {}, token, after: {} });
    await until(run, ({ notification }) => notification !== undefined);
    expect(step(run, 'token')).toMatchObject({
      status: 'awaiting',
      occurrence: 1,
      tries: 0,
      failure: { code: 'NeedsOperator', cause: 'token: no, wanted yes' },
    });
    const nextCommand = 'holdfast op resolve fake/world --step token --retry';
    expect(run.progress()).toMatchObject({ phase: 'needs-operator', needsHuman: true, nextCommand });
    expect(world.ids).toContain('lease/give-back/1');
    expect(world.notices).toMatchObject([{ step: 'token', nextCommand }]);
  });

  test('holds no slot of the limit: what does not depend on it goes on', async () => {
    const steps = { token: { ...token, after: [] }, a: { after: [] }, b: { after: ['a'] } };
    const { run } = begin(steps, { limit: 1 });
    await until(run, needsOperator);
    expect(run.progress().steps.map(({ status }) => status)).toEqual(['awaiting', 'changed', 'changed']);
  });

  test('goes on at once when a person says that it is done', async () => {
    const { world, run, end } = begin({ token, after: {} });
    await until(run, needsOperator);
    world.holds.add('token');
    give(run, 'token');
    expect((await end).steps.map(({ status }) => status)).toEqual(['same', 'changed']);
    expect(world.ids).toContain('lease/take/2');
  });

  test('awaits on when what a person says is not so, and tells of it anew', async () => {
    const { world, run } = begin({ token });
    await until(run, () => world.notices.length === 1);
    give(run, 'token');
    await until(run, () => world.notices.length === 2);
    expect(step(run, 'token')).toMatchObject({ status: 'awaiting', occurrence: 2, tries: 0 });
  });

  test('goes on by itself when a look finds it true, behind another look at what it depends on', async () => {
    const { world, run, end } = begin({ before: {}, token, after: {} });
    await until(run, needsOperator);
    await world.live(2 * hour);
    expect(needsOperator(run.progress())).toBe(true);
    const epochs: number[] = [];
    world.hooks.set('token/observe', ({ epoch }) => void epochs.push(epoch));
    world.holds.add('token');
    await world.live(hour);
    expect((await end).phase).toBe('done');
    // Without the lease, then under a new one.
    expect(epochs).toEqual([0, 2]);
    expect(looksAt(world, 'before')).toBe(2);
  });

  test('is looked at some 80 times in three days, and told of every four hours', async () => {
    const { world, run } = begin({ token });
    await until(run, () => world.notices.length === 1);
    await world.live(72 * hour);
    expect(looksAt(world, 'token')).toBeGreaterThan(72);
    expect(looksAt(world, 'token')).toBeLessThan(100);
    expect(world.notices).toHaveLength(1 + 18);
    expect(new Set(world.notices.map((notice) => JSON.stringify(notice))).size).toBe(1);
    expect(step(run, 'token')).toMatchObject({ status: 'awaiting', occurrence: 1 });
    expect(run.progress().phase).toBe('needs-operator');
  });

  test('shows what it saw last, and writes nothing while that stays the same', async () => {
    const { world, run } = begin({ token });
    await until(run, () => world.notices.length === 1);
    await world.live(hour);
    const shown = world.shown.length;
    await world.live(hour);
    expect(world.shown).toHaveLength(shown);
    world.hooks.set('token/observe', () => differs('another token'));
    await world.live(hour);
    expect(step(run, 'token').failure?.cause).toBe('another token: no, wanted yes');
  });

  test('ends no wait by a look that was overtaken by an answer', async () => {
    const { world, run, end } = begin({ token });
    await until(run, needsOperator);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const same = { verdict: 'same', digest: '0', count: 0, differences: [] } as const;
    world.hooks.set('token/observe', async () => {
      world.hooks.delete('token/observe');
      await held;
      return same;
    });
    await world.live(60);
    give(run, 'token');
    await until(run, () => step(run, 'token').occurrence === 2 && step(run, 'token').status === 'awaiting');
    release();
    await world.live(1);
    expect(step(run, 'token').status).toBe('awaiting');
    give(run, 'token', { action: 'abort' });
    expect(await end).toMatchObject({ phase: 'aborted', failure: { code: 'NeedsOperator' } });
  });

  test('awaits the worker of its queue, and gives the lease back meanwhile', async () => {
    const { world, run, end } = begin({ station: token, key: {} });
    world.hooks.set('station/observe', () => {
      throw new UnattendedQueue('token.lab');
    });
    await until(run, needsOperator);
    expect(step(run, 'station')).toMatchObject({
      status: 'awaiting',
      failure: { code: 'Unreachable', on: 'token.lab' },
    });
    world.hooks.clear();
    world.holds.add('station');
    await world.live(60);
    expect((await end).phase).toBe('done');
  });

  test('awaits the answer to its question before its change, and is changed once it has it', async () => {
    const question = { text: 'which disk', fields: { name: { label: 'Its name', pattern: '[a-z]+' } } };
    const { world, run, end } = begin({ media: { question, awaits } });
    await until(run, needsOperator);
    expect(step(run, 'media')).toMatchObject({ status: 'awaiting', question });
    await world.live(hour);
    expect(step(run, 'media').status).toBe('awaiting');
    give(run, 'media', { action: 'answer', data: { name: 'blue' } });
    expect((await end).steps).toMatchObject([{ status: 'changed', answer: { data: { name: 'blue' } } }]);
  });

  test('looks again at finished steps that are not once, when others held the lease meanwhile', async () => {
    const { world, run, end } = begin({ a: {}, b: { once: true }, token });
    await until(run, needsOperator);
    world.leaseEpoch += 1;
    world.holds.add('token');
    await world.live(60);
    expect((await end).phase).toBe('done');
    expect([looksAt(world, 'a'), looksAt(world, 'b')]).toEqual([2, 1]);
  });

  test('parks like any other step when its observe fails', async () => {
    const { world, run } = begin({ token: { ...token, onFailure: 'park' } });
    world.hooks.set('token/observe', () => ({ verdict: 'failed', failure: failure('Rejected') }));
    await until(run, needsOperator);
    expect(step(run, 'token')).toMatchObject({ status: 'parked', tries: 1 });
  });

  test('is cancelled as it stands, and nothing looks at it after that', async () => {
    const { world, run, end } = begin({ token });
    await until(run, () => world.notices.length === 1);
    world.cancel();
    expect((await end).phase).toBe('cancelled');
    const seen = world.ids.length;
    await world.live(24 * hour);
    expect(world.ids).toHaveLength(seen);
    expect(world.ids.filter((id) => id.includes('/stop/'))).toEqual([]);
  });

  test('table() refuses a change that would begin without an answer', () => {
    expect(() => tableOf({ token: { awaits } })).toThrow(/awaits nothing/);
  });
});

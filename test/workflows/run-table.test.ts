// SPDX-License-Identifier: Apache-2.0
// The engine in plain tests: order, tries, silences, parking, resolving, ending. No server.
import { describe, expect, test } from 'vitest';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import { recapOf, type Progress } from '../../workflows/contracts/run/progress.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { differs, failure, FakeWorld, tableOf } from './fake-world.ts';

const start = (world: FakeWorld, table: CompiledTable) => {
  const run = new TableRun(table, world, 'nonce');
  return { run, end: run.run() };
};

const phaseOf = async (run: TableRun, phase: Progress['phase']): Promise<void> => {
  for (let turn = 0; run.progress().phase !== phase; turn += 1) {
    if (turn > 500) throw new Error(`still ${run.progress().phase}: ${JSON.stringify(run.progress().steps)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const answer = (run: TableRun, step: string, action: ResolveStep['action']): ResolveStep => {
  const { occurrence } = run.progress().steps.find(({ id }) => id === step) ?? { occurrence: -1 };
  const given: ResolveStep = { step, occurrence, action, actor: 'op', reason: 'because' };
  expect(refusalOf(given, run.progress().steps, 0)).toBeNull();
  return given;
};

describe('TableRun', () => {
  test('run() looks, applies and looks again when a step differs', async () => {
    const world = new FakeWorld();
    const progress = await start(world, tableOf({ a: {}, b: {} })).end;
    expect(progress.phase).toBe('done');
    expect(world.ids.filter((id) => !id.startsWith('lease'))).toEqual([
      'a/observe/1',
      'a/apply/1',
      'a/verify/1',
      'b/observe/1',
      'b/apply/1',
      'b/verify/1',
    ]);
    expect(recapOf(progress.steps)).toMatchObject({ changed: 2, same: 0 });
  });

  test('run() applies nothing when every step holds', async () => {
    const world = new FakeWorld();
    for (const id of ['a', 'b']) world.holds.add(id);
    const progress = await start(world, tableOf({ a: {}, b: {} })).end;
    expect(progress.steps.map((step) => step.status)).toEqual(['same', 'same']);
    expect(world.ids.filter((id) => /apply|verify/.test(id))).toEqual([]);
  });

  test('run() waits in the look of a step that nothing applies, and in no other first look', async () => {
    const world = new FakeWorld();
    world.holds.add('gate');
    const waited: Record<string, number> = {};
    for (const look of ['gate/observe', 'a/observe', 'a/verify'])
      world.hooks.set(look, ({ settleSeconds }) => void (waited[look] = settleSeconds));
    const steps = { gate: { check: true, settleSeconds: 60 }, a: { settleSeconds: 60 } };
    await start(world, tableOf(steps)).end;
    expect(waited).toEqual({ 'gate/observe': 60, 'a/observe': 0, 'a/verify': 60 });
  });

  test('run() keeps to the limit when many steps are ready at once', async () => {
    const world = new FakeWorld();
    const steps = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`r${n}`, { after: [] }]));
    await start(world, tableOf(steps, { limit: 3 })).end;
    expect(world.mostAtOnce).toBe(3);
  });

  test('run() begins no step before its dependencies are done', async () => {
    const world = new FakeWorld();
    await start(
      world,
      tableOf({ a: { after: [] }, b: { after: [] }, c: { after: ['a', 'b'] }, d: { after: ['a'] } }),
    ).end;
    const at = (id: string): number => world.ids.indexOf(id);
    expect(at('c/observe/1')).toBeGreaterThan(Math.max(at('a/verify/1'), at('b/verify/1')));
    expect(at('d/observe/1')).toBeGreaterThan(at('a/verify/1'));
  });

  test('run() raises the occurrence and waits when a try fails, then parks', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run } = start(world, tableOf({ a: { tries: 3 } }));
    await phaseOf(run, 'needs-operator');
    const [step] = run.progress().steps;
    expect(step).toMatchObject({ status: 'parked', occurrence: 3, tries: 3, failure: { code: 'Rejected' } });
    expect(world.slept).toEqual([5, 10]);
    expect(run.progress()).toMatchObject({
      needsHuman: true,
      nextCommand: 'holdfast op resolve fake/world --step a --retry',
    });
  });

  test('run() gives the lease back when it parks, and takes it again when it goes on', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run, end } = start(world, tableOf({ a: { tries: 1 } }));
    await phaseOf(run, 'needs-operator');
    expect(world.ids.filter((id) => id.startsWith('lease'))).toEqual([
      'lease/take/1',
      'lease/keep/1',
      'lease/give-back/1',
    ]);
    world.hooks.clear();
    run.resolve(answer(run, 'a', 'retry'));
    expect((await end).phase).toBe('done');
    expect(world.ids).toContain('lease/take/2');
  });

  test('run() looks at every finished step again when somebody else held the lease during a park', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run, end } = start(world, tableOf({ a: {}, b: { tries: 1 } }));
    await phaseOf(run, 'needs-operator');
    world.hooks.clear();
    world.leaseEpoch += 1;
    world.holds.delete('a');
    run.resolve(answer(run, 'b', 'retry'));
    await end;
    expect(world.ids.filter((id) => id.startsWith('a/'))).toEqual([
      'a/observe/1',
      'a/apply/1',
      'a/verify/1',
      'a/observe/2',
      'a/apply/2',
      'a/verify/2',
    ]);
  });

  test('run() goes on with steps beside a parked one', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run } = start(
      world,
      tableOf(
        { a: { after: [], tries: 1 }, b: { after: [] }, c: { after: ['b'] }, d: { after: ['a'] } },
        { limit: 1 },
      ),
    );
    await phaseOf(run, 'needs-operator');
    expect(run.progress().steps.map((step) => step.status)).toEqual([
      'parked',
      'changed',
      'changed',
      'pending',
    ]);
  });

  test('run() counts no try when the host is silent, and looks at the ancestors again', async () => {
    const world = new FakeWorld();
    let silent = true;
    world.hooks.set('b/observe', () => {
      if (!silent) return;
      silent = false;
      world.holds.delete('a');
      return { verdict: 'failed', failure: failure('Unreachable') };
    });
    const progress = await start(world, tableOf({ a: {}, b: { tries: 1 } })).end;
    expect(progress.phase).toBe('done');
    expect(progress.steps[1]).toMatchObject({ tries: 1, status: 'changed' });
    expect(world.ids.filter((id) => id.startsWith('a/'))).toEqual([
      'a/observe/1',
      'a/apply/1',
      'a/verify/1',
      'a/observe/2',
      'a/observe/3',
      'a/apply/2',
      'a/verify/2',
    ]);
  });

  test('run() counts a try after five silences in a row with every ancestor as wanted', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/observe', () => ({ verdict: 'failed', failure: failure('Unreachable') }));
    const { run } = start(world, tableOf({ a: {}, b: { tries: 1 } }));
    await phaseOf(run, 'needs-operator');
    expect(run.progress().steps[1]).toMatchObject({
      status: 'parked',
      failure: { code: 'Unreachable' },
      occurrence: 6,
    });
  });

  test('run() parks a step whose change meets silence for the limit, although it can be observed', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => ({ outcome: 'failed', failure: failure('Unreachable') }));
    const { run } = start(world, { ...tableOf({ a: {}, b: { tries: 5 } }), unreachableSeconds: 60 });
    await phaseOf(run, 'needs-operator');
    expect(run.progress().steps[1]).toMatchObject({ status: 'parked', failure: { code: 'Unreachable' } });
    expect(world.now()).toBeLessThanOrEqual(61_000);
  });

  test('run() counts no time as silence that a change worked', async () => {
    const world = new FakeWorld();
    let left = 3;
    world.hooks.set('b/apply', () => {
      if (left === 0) return;
      left -= 1;
      world.pass(120);
      return { outcome: 'failed', failure: failure('Unreachable') };
    });
    const table = { ...tableOf({ a: {}, b: { tries: 5 } }), unreachableSeconds: 60 };
    expect((await start(world, table).end).phase).toBe('done');
  });

  test('run() lets steps that look back at one ancestor share one look', async () => {
    const world = new FakeWorld();
    for (const step of ['b', 'c']) {
      let silent = true;
      world.hooks.set(`${step}/observe`, () => {
        if (!silent) return;
        silent = false;
        return { verdict: 'failed', failure: failure('Unreachable') };
      });
    }
    await start(world, tableOf({ a: {}, b: { after: ['a'] }, c: { after: ['a'] } })).end;
    expect(world.ids.filter((id) => id.startsWith('a/observe'))).toEqual(['a/observe/1', 'a/observe/2']);
  });

  test('run() looks at the ancestors again after a gap of more than ten minutes', async () => {
    const world = new FakeWorld();
    let first = true;
    world.hooks.set('b/verify', () => {
      if (first) world.pass(601);
      first = false;
    });
    // c depends on a, which ended before the gap
    world.hooks.set('a/verify', () => undefined);
    const progress = await start(
      world,
      tableOf({ a: {}, b: { after: ['a'] }, c: { after: ['a'] } }, { limit: 1 }),
    ).end;
    expect(progress.phase).toBe('done');
    expect(world.ids).toContain('a/observe/2');
  });

  test('run() parks as VerifyFailed when the look afterwards disagrees', async () => {
    const world = new FakeWorld();
    for (const phase of ['observe', 'verify']) world.hooks.set(`a/${phase}`, () => differs('a'));
    const { run } = start(world, tableOf({ a: { tries: 2 } }));
    await phaseOf(run, 'needs-operator');
    expect(run.progress().steps[0]?.failure).toMatchObject({
      code: 'VerifyFailed',
      cause: 'a: no, wanted yes',
    });
  });

  test('run() fails at once when a precondition with onFailure fail does not hold', async () => {
    const world = new FakeWorld();
    const progress = await start(world, tableOf({ check: { check: true, onFailure: 'fail' }, a: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: { code: 'PreconditionFailed' } });
    expect(world.ids.filter((id) => id.startsWith('a/'))).toEqual([]);
  });

  test('resolve() skips a skippable step and refuses to skip another', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run, end } = start(world, tableOf({ a: { tries: 1, skippable: true }, b: {} }));
    await phaseOf(run, 'needs-operator');
    run.resolve(answer(run, 'a', 'skip'));
    expect((await end).steps.map((step) => step.status)).toEqual(['skipped', 'changed']);
    const steps = (await end).steps.map((step) => ({ ...step, status: 'parked' as const, skippable: false }));
    expect(refusalOf({ step: 'a', occurrence: 1, action: 'skip', actor: 'x', reason: '' }, steps, 0)).toMatch(
      /cannot be skipped/,
    );
  });

  test('resolve() ends the run as aborted when asked to, with the cause of the parked step', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run, end } = start(world, tableOf({ a: { tries: 1 }, b: {} }));
    await phaseOf(run, 'needs-operator');
    run.resolve(answer(run, 'a', 'abort'));
    expect(await end).toMatchObject({ phase: 'aborted', failure: { code: 'Rejected' } });
  });

  test('cancel begins no step, stops the running one, gives the lease back, and tells what is true', async () => {
    const world = new FakeWorld();
    let release = (): void => undefined;
    world.hooks.set(
      'a/apply',
      () => new Promise((resolve) => (release = () => resolve({ outcome: 'applied' }))),
    );
    world.hooks.set('a/stop', () => release());
    const { run, end } = start(world, tableOf({ a: {}, b: {} }));
    while (run.progress().steps[0]?.status !== 'applying')
      await new Promise((resolve) => setImmediate(resolve));
    world.cancel();
    const progress = await end;
    expect(progress.phase).toBe('cancelled');
    expect(progress.steps.map((step) => step.status)).toEqual(['stopped', 'pending']);
    expect(world.ids.slice(-2)).toEqual(['a/stop/1', 'lease/give-back/1']);
  });

  test('activity ids are unique in every run', async () => {
    const world = new FakeWorld();
    let left = 3;
    world.hooks.set('b/apply', () =>
      left-- > 0 ? { outcome: 'failed', failure: failure('Rejected') } : undefined,
    );
    const { run, end } = start(world, tableOf({ a: {}, b: { tries: 2 }, c: {} }));
    await phaseOf(run, 'needs-operator');
    run.resolve(answer(run, 'b', 'retry'));
    await end;
    expect(new Set(world.ids).size).toBe(world.ids.length);
  });
});

// SPDX-License-Identifier: Apache-2.0
// The engine and its lease in plain tests: refused, damaged, lost, not given back. No server.
import { describe, expect, test } from 'vitest';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const start = (world: FakeWorld, table: CompiledTable) => {
  const run = new TableRun(table, world, 'nonce');
  return { run, end: run.run() };
};

describe('TableRun and its lease', () => {
  test('run() fails as Conflict and touches nothing when the lease is held', async () => {
    const world = new FakeWorld();
    world.leaseHolder = 'install-box/other';
    const progress = await start(world, tableOf({ a: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: { code: 'Conflict' } });
    expect(progress.failure?.message).toContain('install-box/other');
    expect(world.ids).toEqual(['lease/take/1']);
  });

  test('run() ends with the cause when the lease cannot be taken', async () => {
    const world = new FakeWorld();
    world.leaseFailure = failure('Rejected', { message: 'The lease of world is damaged' });
    const progress = await start(world, tableOf({ a: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: world.leaseFailure });
    expect(world.ids).toEqual(['lease/take/1']);
  });

  test('run() begins nothing more, stops no command and takes no lease again when its lease is lost', async () => {
    const world = new FakeWorld();
    const lost = failure('Conflict', { message: 'The lease of world was lost' });
    world.hooks.set('b/apply', () => world.loseLease(lost));
    const progress = await start(world, tableOf({ a: {}, b: {}, c: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: lost });
    expect(progress.steps.map((step) => step.status)).toEqual(['changed', 'stopped', 'pending']);
    expect(world.ids.filter((id) => /^(lease|c)\/|\/stop\//.test(id))).toEqual([
      'lease/take/1',
      'lease/keep/1',
    ]);
  });

  test('run() takes the lease again when an earlier release says that it was lost, without a cause', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => world.loseLease());
    const progress = await start(world, tableOf({ a: {}, b: {}, c: {} })).end;
    expect(progress.phase).toBe('done');
    expect(world.ids).toContain('lease/take/2');
  });

  const phaseOf = async (run: TableRun, phase: string): Promise<void> => {
    for (let turn = 0; run.progress().phase !== phase; turn += 1) {
      if (turn > 500) throw new Error(`still ${run.progress().phase}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const silent = () => ({ verdict: 'failed', failure: failure('Unreachable') }) as const;
  const patient = { unreachableSeconds: 120 };

  test('run() parks, tells and gives the lease back when a host is silent for too long, however slow its looks are', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/observe', () => {
      world.pass(60);
      return silent();
    });
    const notify = { subject: { kind: 'box', name: 'lab' } } as const;
    const { run, end } = start(world, tableOf({ a: {}, b: {} }, { ...patient, notify }));
    await phaseOf(run, 'needs-operator');
    expect(world.now()).toBeLessThan(300_000);
    expect(world.ids.filter((id) => /^(lease|notify)/.test(id))).toEqual([
      'lease/take/1',
      'lease/keep/1',
      'lease/give-back/1',
      'notify/send/1',
    ]);
    expect(run.progress().steps[1]).toMatchObject({ status: 'parked', failure: { code: 'Unreachable' } });

    world.hooks.delete('b/observe');
    run.resolve({ step: 'b', occurrence: 3, action: 'retry', actor: 'op', reason: 'it is back' });
    expect((await end).phase).toBe('done');
  });

  test('run() parks at the end of the time that a host may be silent, not at the look after it', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/observe', silent);
    const { run } = start(world, tableOf({ a: {}, b: {} }, { unreachableSeconds: 60 }));
    await phaseOf(run, 'needs-operator');
    expect(world.now()).toBeGreaterThanOrEqual(60_000);
    expect(world.now()).toBeLessThan(62_000);
  });

  test('run() waits when a precondition cannot be seen any more behind a change, and ends when it never could', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/observe', silent);
    const steps = { a: { check: true, onFailure: 'fail' }, b: {} } as const;
    const first = await start(world, tableOf(steps, { unreachableSeconds: 60 })).end;
    expect([first.phase, first.failure?.code]).toEqual(['failed', 'Unreachable']);

    const other = new FakeWorld();
    other.holds.add('a');
    other.hooks.set('b/apply', () => {
      other.hooks.set('a/observe', silent);
      other.hooks.set('b/observe', silent);
      return { outcome: 'failed', failure: failure('Unreachable') };
    });
    const { run } = start(other, tableOf(steps, { unreachableSeconds: 60 }));
    await phaseOf(run, 'needs-operator');
    expect(run.progress().steps.map(({ id, status }) => `${id} ${status}`)).toContain('a parked');
  });

  test('run() ends when the change of a step that is to end it meets silence', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => ({ outcome: 'failed', failure: failure('Unreachable') }));
    const steps = { a: {}, b: { onFailure: 'fail' } } as const;
    expect((await start(world, tableOf(steps, { unreachableSeconds: 60 })).end).phase).toBe('failed');
  });

  test('run() ends, and makes nothing anew, when the box was destroyed while it was parked', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => ({ outcome: 'failed', failure: failure('Rejected') }));
    const { run, end } = start(world, tableOf({ a: {}, b: { tries: 1 } }));
    await phaseOf(run, 'needs-operator');
    world.takenAwayBy = 'destroy-box/lab';
    const before = world.ids.length;
    run.resolve({ step: 'b', occurrence: 1, action: 'retry', actor: 'op', reason: '' });
    const ended = await end;
    expect([ended.phase, ended.failure?.message]).toEqual([
      'failed',
      'Box world was taken away by destroy-box/lab since this run began',
    ]);
    expect(world.ids.slice(before).filter((id) => !id.startsWith('lease/'))).toEqual([]);
  });

  test('run() counts no silence of before when the host answered in between', async () => {
    const world = new FakeWorld();
    let looks = 0;
    world.hooks.set('b/apply', () => {
      world.pass(50);
      return (looks += 1) < 5 ? { outcome: 'failed', failure: failure('Unreachable') } : undefined;
    });
    expect((await start(world, tableOf({ a: {}, b: {} }, patient)).end).phase).toBe('done');
  });

  test('run() goes on although the lease could not be given back: it runs out by itself', async () => {
    const world = new FakeWorld();
    world.giveBackFailure = failure('Rejected');
    const { run } = start(world, tableOf({ check: { check: true } }));
    await phaseOf(run, 'needs-operator');
  });

  test('cancel ends although a command could not be stopped, and tells why', async () => {
    const world = new FakeWorld();
    let release = (): void => undefined;
    const applied = { outcome: 'applied' } as const;
    world.hooks.set('a/apply', () => new Promise((resolve) => (release = () => resolve(applied))));
    world.hooks.set('a/stop', () => {
      release();
      throw new Error('no permission');
    });
    const { run, end } = start(world, tableOf({ a: {} }));
    while (run.progress().steps[0]?.status !== 'applying')
      await new Promise((resolve) => setImmediate(resolve));
    world.cancel();
    expect((await end).phase).toBe('cancelled');
  });
});

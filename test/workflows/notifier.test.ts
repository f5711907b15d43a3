// SPDX-License-Identifier: Apache-2.0
// Who is told when a run waits, how often, and that nothing of it changes the run. No server.
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { endReport, reportOn } from '../../workflows/engine/report.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const notify = { subject: { kind: 'box', name: 'lab' } } as const;
const refused = () => ({ outcome: 'failed', failure: failure('Rejected', { cause: 'disk full' }) }) as const;

async function until(run: TableRun, holds: (progress: Progress) => boolean): Promise<void> {
  for (let turn = 0; !holds(run.progress()); turn += 1) {
    if (turn > 500) throw new Error(`still ${JSON.stringify(run.progress())}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isParked = ({ phase }: Progress): boolean => phase === 'needs-operator';
const answer = (step: string, action: 'retry' | 'skip') =>
  ({ step, occurrence: 0, action, actor: 'op', reason: '' }) as const;

describe('Notifier', () => {
  test('parked() tells once for each park, with step, cause and next command', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', refused);
    const run = new TableRun(tableOf({ a: { tries: 1 } }, { notify }), world, 'nonce');
    const end = run.run();
    await until(run, ({ notification }) => notification !== undefined);
    const nextCommand = 'holdfast op resolve fake/world --step a --retry';
    const cause = 'Rejected on purpose: disk full';
    expect(world.notices).toEqual([
      {
        subject: { kind: 'box', name: 'world' },
        box: 'world',
        operation: 'fake',
        workflowId: 'fake/world',
        step: 'a',
        cause,
        nextCommand,
      },
    ]);
    expect(run.progress().notification).toMatchObject({ outcome: 'sent', step: 'a' });
    run.resolve(answer('a', 'retry'));
    await until(run, () => world.notices.length === 2);
    world.hooks.clear();
    await until(run, isParked);
    run.resolve(answer('a', 'retry'));
    expect((await end).phase).toBe('done');
    expect(world.ids.filter((id) => id.startsWith('notify'))).toEqual(['notify/send/1', 'notify/send/2']);
  });

  test('failed() tells of a scheduled run that ends by itself, and of no other', async () => {
    const steps = { a: { tries: 1, onFailure: 'fail' as const } };
    for (const scheduled of [true, false]) {
      const world = new FakeWorld();
      world.hooks.set('a/apply', refused);
      const facts = { notify, kind: 'cloud' as const, ...(scheduled && { scheduled: true as const }) };
      const progress = await new TableRun(tableOf(steps, facts), world, 'nonce').run();
      expect([progress.phase, progress.needsHuman]).toEqual(['failed', scheduled]);
      expect(world.notices.map(({ subject, box, step }) => [subject, box, step])).toEqual(
        scheduled ? [[{ kind: 'cloud', name: 'world' }, undefined, 'a']] : [],
      );
    }
  });

  test('parked() tells of a second step only, when the first was told of and still waits', async () => {
    const world = new FakeWorld();
    for (const id of ['a', 'b']) world.hooks.set(`${id}/apply`, refused);
    const steps = { a: { after: [], tries: 1 }, b: { after: [], tries: 1 } };
    const run = new TableRun(tableOf(steps, { notify }), world, 'nonce');
    void run.run();
    await until(run, () => world.notices.length === 1);
    expect(world.notices[0]?.cause).toContain('(and 1 more parked)');
    run.resolve(answer('b', 'retry'));
    await until(run, (progress) => world.notices.length === 2 && isParked(progress));
    expect(world.notices.map(({ step }) => step)).toEqual(['a', 'b']);
  });

  test.each([
    ['fails', () => ({ outcome: 'failed', cause: 'no route' }) as const],
    [
      'throws',
      () => {
        throw new Error('worker bug');
      },
    ],
  ])('parked() leaves the run as it is when the telling %s', async (_, noticeResult) => {
    const world = new FakeWorld();
    world.noticeResult = noticeResult;
    world.hooks.set('a/apply', refused);
    const run = new TableRun(tableOf({ a: { tries: 1 } }, { notify }), world, 'nonce');
    const end = run.run();
    await until(run, ({ notification }) => notification?.outcome === 'failed');
    expect(isParked(run.progress())).toBe(true);
    world.hooks.clear();
    run.resolve(answer('a', 'retry'));
    expect((await end).phase).toBe('done');
  });

  test('parked() tells nobody when the table names nobody', async () => {
    const world = new FakeWorld();
    world.hooks.set('a/apply', refused);
    const run = new TableRun(tableOf({ a: { tries: 1 } }), world, 'nonce');
    void run.run();
    await until(run, isParked);
    expect(world.notices).toEqual([]);
  });

  test('differs() tells of a drift that needs a person, and of none when all is as wanted', async () => {
    const world = new FakeWorld();
    const table = tableOf({ a: {}, b: { after: [] } }, { notify, whenDiffers: 'notify' });
    const { progress } = await reportOn(table, world, 'nonce');
    expect(progress).toMatchObject({ needsHuman: true, notification: { outcome: 'sent' } });
    const nextCommand = 'holdfast op show fake/world';
    expect(world.notices).toMatchObject([
      { step: 'a', cause: 'a: no, wanted yes (and 1 more steps)', nextCommand },
    ]);
    for (const id of ['a', 'b']) world.holds.add(id);
    await reportOn(table, world, 'nonce');
    expect(world.notices).toHaveLength(1);
  });

  test('differs() tells of a report that one activity made, whose memo names what differs alone', async () => {
    const world = new FakeWorld();
    world.holds.add('b');
    const table = tableOf({ a: {}, b: { after: [] } }, { notify, whenDiffers: 'notify' });
    const { report } = await reportOn(tableOf({ a: {}, b: { after: [] } }), world, 'nonce');
    const { progress } = await endReport({ table, report }, world);
    expect(progress).toMatchObject({ needsHuman: true, phase: 'done', endedAt: report.observedAt });
    expect(progress.steps.map(({ id, status }) => [id, status])).toEqual([['a', 'stopped']]);
    expect(world.notices).toMatchObject([{ step: 'a', cause: 'a: no, wanted yes' }]);
  });
});

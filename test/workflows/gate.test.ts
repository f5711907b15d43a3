// SPDX-License-Identifier: Apache-2.0
// Gates in plain tests: nothing that cannot be taken back begins before a person agreed to those very differences.
import { describe, expect, test } from 'vitest';
import type { Observed } from '../../workflows/contracts/run/observation.ts';
import type { StepProgress } from '../../workflows/contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const seen = (digest: string): Observed => ({
  verdict: 'differs',
  digest,
  count: 1,
  differences: [{ what: 'head', have: digest, want: 'new' }],
});

const begin = (
  world: FakeWorld,
  steps: Parameters<typeof tableOf>[0],
  facts: Parameters<typeof tableOf>[1] = {},
) => {
  const run = new TableRun(tableOf(steps, facts), world, 'nonce');
  return { run, end: run.run() };
};

const step = (run: TableRun, id = 'drop'): StepProgress =>
  run.progress().steps.find((each) => each.id === id) as StepProgress;

/** Waits until the step asks and nothing runs. */
async function asked(run: TableRun, id = 'drop'): Promise<StepProgress> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (step(run, id).asks !== undefined && run.progress().phase === 'needs-operator') return step(run, id);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(JSON.stringify(run.progress()));
}

function approval({ id, occurrence, asks }: StepProgress, digest = asks?.digest ?? ''): ResolveStep {
  return { step: id, occurrence, action: 'approve', actor: 'ada', reason: 'window', digest };
}

const gated = { before: {}, drop: { gate: 'tables go' }, after: {} };

describe('a gate', () => {
  test('holds its step back, asks with the differences, and lets the run go on once they are approved', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, gated);
    const waiting = await asked(run);
    expect(waiting).toMatchObject({
      status: 'parked',
      failure: { code: 'NeedsApproval', message: 'drop: tables go' },
      asks: { why: 'tables go', count: 1 },
    });
    expect(world.ids).not.toContain('drop/apply/1');
    expect(run.progress()).toMatchObject({
      needsHuman: true,
      nextCommand: 'holdfast op approve fake/world --step drop',
    });
    const answer = approval(waiting);
    expect(refusalOf(answer, run.progress().steps, 0)).toBeNull();
    run.resolve(answer);
    const { phase } = await end;
    expect(phase).toBe('done');
    expect(step(run)).toMatchObject({ status: 'changed', approval: { actor: 'ada', reason: 'window' } });
    expect(step(run).asks).toBeUndefined();
  });

  test('asks nobody when nothing differs', async () => {
    const world = new FakeWorld();
    world.holds.add('drop');
    expect((await begin(world, gated).end).phase).toBe('done');
  });

  test('opens again, and no other gate does, when what differs changed since the approval', async () => {
    const world = new FakeWorld();
    let digest = 'first';
    world.hooks.set('drop/observe', () => (world.holds.has('drop') ? undefined : seen(digest)));
    const { run, end } = begin(world, { early: { gate: 'a start' }, drop: { gate: 'tables go' } });
    run.resolve(approval(await asked(run, 'early')));
    const first = await asked(run);
    digest = 'second';
    run.resolve(approval(first));
    await new Promise((resolve) => setImmediate(resolve));
    const again = await asked(run);
    expect(again).toMatchObject({
      asks: { digest: 'second' },
      failure: { cause: 'what differs changed since the approval' },
    });
    expect(step(run, 'early').status).toBe('changed');
    run.resolve(approval(again));
    expect((await end).phase).toBe('done');
  });

  test('opens again when the approval lapsed before the change began', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, gated);
    const first = await asked(run);
    // The steps before are looked at once more, which takes longer than the approval holds.
    world.hooks.set('before/observe', () => {
      world.hooks.clear();
      world.pass(3601);
    });
    run.resolve(approval(first));
    const again = await asked(run);
    expect(again.failure?.cause).toBe('the approval lapsed before the change began');
    run.resolve(approval(again));
    expect((await end).phase).toBe('done');
  });

  test('stays open for a change that failed half way, though other things differ then', async () => {
    const world = new FakeWorld();
    let looks = 0;
    world.hooks.set('drop/observe', () => (world.holds.has('drop') ? undefined : seen(`look-${looks}`)));
    world.hooks.set('drop/apply', () => {
      looks += 1;
      return looks < 3 ? { outcome: 'failed', failure: failure('Rejected') } : undefined;
    });
    const { run, end } = begin(world, gated);
    run.resolve(approval(await asked(run)));
    expect((await end).phase).toBe('done');
    expect(looks).toBe(3);
  });

  test.each([
    ['another digest', (asks: StepProgress) => approval(asks, 'other'), /other differences/],
    ['an older occurrence', (asks: StepProgress) => ({ ...approval(asks), occurrence: 0 }), /occurrence/],
    [
      'another try',
      (asks: StepProgress) => ({ ...approval(asks), action: 'retry' }),
      /waits for an approval/,
    ],
    ['no name', (asks: StepProgress) => ({ ...approval(asks), actor: '' }), /actor/],
  ])('refuses an answer with %s', async (_, answer, message) => {
    const { run, end } = begin(new FakeWorld(), gated);
    const waiting = await asked(run);
    expect(refusalOf(answer(waiting), run.progress().steps, 0)).toMatch(message);
    run.resolve({ ...approval(waiting), action: 'abort' });
    expect((await end).phase).toBe('aborted');
  });

  test('refuses an approval of a step that asks for none', async () => {
    const world = new FakeWorld();
    world.hooks.set('before/apply', () => ({ outcome: 'failed', failure: failure('InvalidInput') }));
    const { run, end } = begin(world, gated);
    while (step(run, 'before').status !== 'parked') await new Promise((resolve) => setImmediate(resolve));
    expect(refusalOf(approval(step(run, 'before')), run.progress().steps, 0)).toMatch(/asks for no approval/);
    run.resolve({ ...approval(step(run, 'before')), action: 'abort' });
    await end;
  });
});

describe('a gate of two people', () => {
  const two = { before: {}, drop: { gate: 'the key signs', approvals: 2 }, after: {} };
  const requested = { requestedBy: 'eve' };
  const by = (actor: string, asks: StepProgress): ResolveStep => ({ ...approval(asks), actor });

  function give(world: FakeWorld, run: TableRun, actor: string): void {
    const answer = by(actor, step(run));
    expect(refusalOf(answer, run.progress().steps, world.now())).toBeNull();
    run.resolve(answer);
  }

  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  test('opens for the second person alone, who is asked about the same differences at the same occurrence', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, two, requested);
    const waiting = await asked(run);
    expect(waiting.asks).toMatchObject({ approvals: 2, requestedBy: 'eve' });
    give(world, run, 'ada');
    await turns();
    expect(world.ids).not.toContain('drop/apply/1');
    expect(run.progress().phase).toBe('needs-operator');
    expect(step(run)).toMatchObject({
      status: 'parked',
      occurrence: waiting.occurrence,
      asks: waiting.asks,
      approvals: [{ actor: 'ada' }],
    });
    give(world, run, 'bob');
    expect((await end).phase).toBe('done');
    expect(step(run).approvals?.map(({ actor, digest }) => [actor, digest])).toEqual([
      ['ada', '1'],
      ['bob', '1'],
    ]);
  });

  test('counts the same person once', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, two, requested);
    await asked(run);
    give(world, run, 'ada');
    const again = by('ada', step(run));
    expect(refusalOf(again, run.progress().steps, world.now())).toBe(
      'Step drop has the approval of ada already, and counts it once',
    );
    // What such a run took before it was refused changes nothing either.
    run.resolve(again);
    await turns();
    expect(step(run)).toMatchObject({ status: 'parked', approvals: [{ actor: 'ada' }] });
    expect(step(run).approvals).toHaveLength(1);
    give(world, run, 'bob');
    expect((await end).phase).toBe('done');
  });

  test('refuses the person who requested the run, also where one approval is enough', async () => {
    for (const steps of [two, gated]) {
      const { run, end } = begin(new FakeWorld(), steps, requested);
      const waiting = await asked(run);
      expect(refusalOf(by('eve', waiting), run.progress().steps, 0)).toBe(
        'Step drop needs the approval of another person: eve requested the run',
      );
      run.resolve({ ...by('eve', waiting), action: 'abort' });
      expect((await end).phase).toBe('aborted');
    }
  });

  test('asks again when the first approval lapsed before the second came, and keeps the second', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, two);
    await asked(run);
    give(world, run, 'ada');
    world.pass(3601);
    give(world, run, 'bob');
    await turns();
    const again = await asked(run);
    expect(again).toMatchObject({
      occurrence: 2,
      approvals: [{ actor: 'bob' }],
      failure: { cause: 'the approval lapsed before the change began' },
    });
    expect(world.ids).not.toContain('drop/apply/1');
    give(world, run, 'ada');
    expect((await end).phase).toBe('done');
  });

  test('lets a person renew an approval before the second one comes', async () => {
    const world = new FakeWorld();
    const { run, end } = begin(world, two);
    await asked(run);
    give(world, run, 'ada');
    world.pass(3601);
    give(world, run, 'ada');
    give(world, run, 'bob');
    expect((await end).phase).toBe('done');
    expect(step(run).occurrence).toBe(2);
  });

  test.each([{ approvals: 2 }, { gate: 'a key signs', approvals: 0 }])('table() refuses %j', (options) => {
    expect(() => tableOf({ drop: options })).toThrow(/is approved by/);
  });

  test('counts no approval of other differences', async () => {
    const world = new FakeWorld();
    let digest = 'first';
    world.hooks.set('drop/observe', () => (world.holds.has('drop') ? undefined : seen(digest)));
    const { run, end } = begin(world, two);
    await asked(run);
    give(world, run, 'ada');
    digest = 'second';
    give(world, run, 'bob');
    await turns();
    const again = await asked(run);
    expect(again).toMatchObject({
      asks: { digest: 'second' },
      approvals: [],
      failure: { cause: 'what differs changed since the approval' },
    });
    give(world, run, 'bob');
    give(world, run, 'ada');
    expect((await end).phase).toBe('done');
  });
});

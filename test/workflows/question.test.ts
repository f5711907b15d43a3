// SPDX-License-Identifier: Apache-2.0
// Steps that ask a person: what is asked, which answers are taken, and who is told of them. No server.
import { describe, expect, test } from 'vitest';
import type { Observed } from '../../workflows/contracts/run/observation.ts';
import type { StepProgress } from '../../workflows/contracts/run/progress.ts';
import type { Answer, Question } from '../../workflows/contracts/run/question.ts';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const question: Question = {
  text: 'which medium was put in',
  fields: { serial: { label: 'The serial number on its label', pattern: '[0-9]{8}' } },
};

const approval: Question = {
  text: 'approval 2 of 2',
  fields: {
    person: { label: 'who approves', pattern: 'ada|bob' },
    signature: { label: 'signature', pattern: '[a-z]+' },
  },
  eachOnce: { field: 'person', listedIn: 'approvals' },
};

const begin = (world: FakeWorld, steps: Parameters<typeof tableOf>[0]) => {
  const run = new TableRun(tableOf(steps), world, 'nonce');
  return { run, end: run.run() };
};

const step = (run: TableRun): StepProgress => run.progress().steps[0] as StepProgress;

async function parked(run: TableRun): Promise<StepProgress> {
  for (let turn = 0; step(run).status !== 'parked'; turn += 1) {
    if (turn > 500) throw new Error(JSON.stringify(run.progress()));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return step(run);
}

const answer = ({ id, occurrence }: StepProgress, data?: ResolveStep['data']): ResolveStep => ({
  step: id,
  occurrence,
  action: 'answer',
  actor: 'ada',
  reason: '',
  ...(data !== undefined && { data }),
});

function give(run: TableRun, given: ResolveStep): void {
  expect(refusalOf(given, run.progress().steps, 0)).toBeNull();
  run.resolve(given);
}

describe('a step that asks', () => {
  test('begins no change before it was answered, and hands the answer to every activity after that', async () => {
    const world = new FakeWorld();
    const heard: [string, Answer | undefined][] = [];
    for (const phase of ['observe', 'apply', 'verify'])
      world.hooks.set(`medium/${phase}`, (context) => void heard.push([phase, context.answer]));
    const { run, end } = begin(world, { medium: { question, onFailure: 'fail' } });
    const asking = await parked(run);
    expect(asking).toMatchObject({
      question,
      failure: {
        code: 'NeedsOperator',
        message: 'medium: which medium was put in',
        cause: 'medium: no, wanted yes',
      },
    });
    expect(run.progress()).toMatchObject({
      needsHuman: true,
      nextCommand: 'holdfast op answer fake/world --step medium --field serial=VALUE',
    });
    give(run, answer(asking, { serial: '12345678' }));
    expect(step(run).question).toBeUndefined();
    expect((await end).phase).toBe('done');
    const said: Answer = {
      data: { serial: '12345678' },
      actor: 'ada',
      reason: '',
      at: '1970-01-01T00:00:00.000Z',
    };
    expect(heard).toEqual([
      ['observe', undefined],
      ['observe', said],
      ['apply', said],
      ['verify', said],
    ]);
    expect(step(run)).toMatchObject({ status: 'changed', answer: said });
  });

  test('asks nobody when nothing differs', async () => {
    const world = new FakeWorld();
    world.holds.add('medium');
    expect((await begin(world, { medium: { question } }).end).phase).toBe('done');
  });

  test('asks again for as long as a precondition does not hold, whatever was answered', async () => {
    const world = new FakeWorld();
    world.hooks.set('medium/observe', ({ answer: said }) => {
      if (said?.data['serial'] === '22222222') world.holds.add('medium');
    });
    const { run, end } = begin(world, { medium: { question, check: true } });
    give(run, answer(await parked(run), { serial: '11111111' }));
    await new Promise((resolve) => setImmediate(resolve));
    const again = await parked(run);
    expect(again).toMatchObject({ occurrence: 2, failure: { code: 'NeedsOperator' } });
    give(run, answer(again, { serial: '22222222' }));
    expect((await end).phase).toBe('done');
  });

  test('can be answered anew when its change failed', async () => {
    const world = new FakeWorld();
    world.hooks.set('medium/apply', ({ answer: said }) =>
      said?.data['serial'] === '22222222'
        ? undefined
        : { outcome: 'failed', failure: failure('InvalidInput') },
    );
    const { run, end } = begin(world, { medium: { question } });
    give(run, answer(await parked(run), { serial: '11111111' }));
    await new Promise((resolve) => setImmediate(resolve));
    const failed = await parked(run);
    expect(failed.failure?.code).toBe('InvalidInput');
    expect(run.progress().nextCommand).toBe('holdfast op resolve fake/world --step medium --retry');
    give(run, answer(failed, { serial: '22222222' }));
    expect((await end).phase).toBe('done');
  });

  test('lets no approval stand that was given to another answer', async () => {
    const world = new FakeWorld();
    const seen: Observed = { verdict: 'differs', digest: 'd', count: 0, differences: [] };
    world.hooks.set('medium/observe', () => (world.holds.has('medium') ? undefined : seen));
    world.hooks.set('medium/apply', () => ({ outcome: 'failed', failure: failure('InvalidInput') }));
    const { run, end } = begin(world, { medium: { question, gate: 'it is overwritten' } });
    give(run, answer(await parked(run), { serial: '11111111' }));
    await new Promise((resolve) => setImmediate(resolve));
    const approve = (asking: StepProgress): ResolveStep => ({
      ...answer(asking),
      action: 'approve',
      digest: asking.asks?.digest ?? '',
    });
    const gated = await parked(run);
    expect(refusalOf(answer(gated, { serial: '22222222' }), [gated], 0)).toMatch(/waits for an approval/);
    give(run, approve(gated));
    await new Promise((resolve) => setImmediate(resolve));
    const failed = await parked(run);
    expect(failed.failure?.code).toBe('InvalidInput');
    world.hooks.delete('medium/apply');
    give(run, answer(failed, { serial: '22222222' }));
    await new Promise((resolve) => setImmediate(resolve));
    const again = await parked(run);
    expect(again.asks?.digest).toBe('d');
    give(run, approve(again));
    expect((await end).phase).toBe('done');
  });

  test('that several people answer takes each of them once, and no answer again that it did not take', async () => {
    const world = new FakeWorld();
    const approved = new Set<string>();
    const { run, end } = begin(world, { second: { question: approval } });
    world.hooks.set('second/observe', () => ({
      verdict: approved.size < 2 ? 'differs' : 'same',
      digest: `${approved.size}`,
      count: 1,
      differences: [{ what: 'approvals', have: ['ada', ...approved].join(' '), want: '2 of 2' }],
    }));
    world.hooks.set('second/apply', ({ answer: said }) => {
      const { person = '', signature } = said?.data ?? {};
      if (signature === 'forged') return { outcome: 'failed', failure: failure('PreconditionFailed') };
      approved.add(person);
      return undefined;
    });
    const refused = (data: Readonly<Record<string, string>>): string | null =>
      refusalOf(answer(step(run), data), run.progress().steps, 0);
    await parked(run);
    expect(step(run).answeredBy).toEqual(['ada']);
    expect(refused({ person: 'ada', signature: 'good' })).toBe(
      'Step second: ada has answered before, and counts once',
    );
    expect(refused({ person: 'carol', signature: 'good' })).toMatch(/^The field person does not match/);
    give(run, answer(step(run), { person: 'bob', signature: 'forged' }));
    await new Promise((resolve) => setImmediate(resolve));
    await parked(run);
    expect(refused({ person: 'bob', signature: 'forged' })).toBe(
      'Step second was given this very answer before, and did not take it',
    );
    approved.add('eve');
    give(run, answer(step(run), { person: 'bob', signature: 'good' }));
    expect((await end).phase).toBe('done');
  });

  test.each<[string, StepProgress['question'], unknown, string | null]>([
    ['all fields', question, { serial: '12345678' }, null],
    ['no data', question, undefined, 'The answer holds no fields'],
    ['a list', question, ['12345678'], 'The answer holds no fields'],
    ['no value', question, {}, 'The field serial is missing: The serial number on its label'],
    [
      'a number',
      question,
      { serial: 12_345_678 },
      'The field serial is missing: The serial number on its label',
    ],
    [
      'more than the pattern',
      question,
      { serial: '12345678\n9' },
      'The field serial does not match [0-9]{8}: The serial number on its label',
    ],
    ['an unknown field', question, { serial: '12345678', pin: '1' }, 'There is no field pin, only serial'],
    ['an inherited field', question, { toString: '1' }, 'There is no field toString, only serial'],
    ['nothing to a question without fields', { text: 'is it in', fields: {} }, {}, null],
    ['anything to no question', undefined, { serial: '12345678' }, 'Step medium asks nothing'],
  ])('refusalOf() judges %s', (_, asked, data, refusal) => {
    const step: StepProgress = {
      id: 'medium',
      title: 'Medium',
      status: 'parked',
      occurrence: 1,
      tries: 1,
      skippable: false,
      ...(asked !== undefined && { question: asked }),
    };
    expect(refusalOf({ ...answer(step), data }, [step], 0)).toBe(refusal);
  });

  test('table() refuses a pattern that is none', () => {
    const broken = { text: '', fields: { serial: { label: '', pattern: '(' } } };
    expect(() => tableOf({ medium: { question: broken } })).toThrow(SyntaxError);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { retryingIn } from '../../../cli/temporal/temporal-answers.ts';
import { holdfast, instant, progress, step } from '../doubles/samples.ts';

const id = 'install-box/lab';
const failure = 'The operating system refused the lease of lab: EACCES';
const running = { kind: 'progress', progress: progress('running', [step('spec', 'pending')]) } as const;
const stuck = { run: { retrying: { id: 'lease/take/1', failure } }, answer: { kind: 'none' } } as const;
const moments = [
  stuck,
  stuck,
  { run: { retrying: stuck.run.retrying }, answer: running },
  { answer: running },
  { run: { status: 'failed', closedAt: instant(8) } },
] as const;
const end = { kind: 'failed', code: 'Rejected', message: failure, details: [] } as const;

describe('an activity that fails again and again', () => {
  it.each([
    ['box install', ['box', 'install', 'lab.yaml']],
    ['op watch', ['op', 'watch', id]],
    ['op cancel', ['op', 'cancel', id]],
  ])('%s tells its last failure once, and that it goes on', async (_, args) => {
    const { stderr, exitCode } = await holdfast({ args }, { moments, end });
    expect(stderr.split(`lease/take/1 fails again and again: ${failure}`)).toHaveLength(2);
    expect(stderr).toContain('it goes on');
    expect(exitCode).toBe(1);
  });

  it('is a record of its own with --json', async () => {
    const { stdout } = await holdfast({ args: ['op', 'watch', id, '--json'] }, { moments, end });
    const blocked = stdout.split('\n').find((line) => line.includes('"blocked"'));
    expect(JSON.parse(blocked ?? '{}')).toMatchObject({ code: 'Retrying' });
  });
});

describe('a run that ended outside its steps', () => {
  it('tells cause and next step of the failure that the activity gave', async () => {
    const hint = 'mv lease.json lease.json.damaged; then start again';
    const given = { code: 'Rejected', message: 'The lease is damaged', on: 'lease.json', hint } as const;
    const details = [{ failure: given }];
    const { stderr } = await holdfast({ args: ['op', 'watch', id] }, { moments, end: { ...end, details } });
    expect(stderr).toContain('The lease is damaged');
    expect(stderr).toContain(hint);
  });
});

describe('retryingIn()', () => {
  const pending = (extra: object) => [{ activityId: 'a/apply/1', attempt: 3, state: 1 as const, ...extra }];

  it('retryingIn() names the deepest cause from the third attempt on', () => {
    const lastFailure = { message: 'outer', cause: { message: 'inner\n  line' } };
    expect(retryingIn(pending({ lastFailure }))).toEqual({ id: 'a/apply/1', failure: 'inner; line' });
    expect(retryingIn(pending({ lastFailure, attempt: 2 }))).toBeNull();
    expect(retryingIn(pending({}))).toBeNull();
  });

  it('retryingIn() keeps silent about an activity that runs after its worker was lost', () => {
    const lost = { message: 'activity Heartbeat timeout', timeoutFailureInfo: {} };
    expect(retryingIn(pending({ lastFailure: lost, state: 2 }))).toBeNull();
    expect(retryingIn(pending({ lastFailure: { message: 'Detached from the lease' }, state: 2 }))).toBeNull();
    expect(retryingIn(pending({ lastFailure: lost, state: 1 }))?.failure).toBe('activity Heartbeat timeout');
  });
});

describe('what a run left', () => {
  const touched = { touched: true } as const;

  it('names steps that were begun and not finished, also when none is changed', async () => {
    const steps = [step('power', 'stopped', touched), step('network', 'pending')];
    const stopped = progress('cancelled', steps, { endedAt: instant(8) });
    const closed = { run: { status: 'failed', closedAt: instant(8) } } as const;
    const { stderr } = await holdfast(
      { args: ['op', 'watch', id] },
      { moments: [closed], end: { ...end, details: [{ ...stopped, failure: undefined }] } },
    );
    expect(stderr).toContain('1 step changed and kept, not finished: power');
    expect(stderr).not.toContain('nothing was changed');
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { recapOf, type StepProgress, type StepStatus } from '../../workflows/contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';

function step(id: string, status: StepStatus, extra: Partial<StepProgress> = {}): StepProgress {
  return { id, title: id, status, occurrence: 2, tries: 1, skippable: false, ...extra };
}

const steps = [
  step('boot', 'same'),
  step('keys', 'parked'),
  step('seeds', 'parked', { skippable: true }),
  step('token', 'pending', { occurrence: 0 }),
  step('hands', 'awaiting'),
];

const answer = (extra: Record<string, unknown> = {}): Record<string, unknown> => {
  const good: ResolveStep = { step: 'keys', occurrence: 2, action: 'retry', actor: 'eve', reason: 'mended' };
  return { ...good, ...extra };
};

describe('refusalOf()', () => {
  it.each<[string, Record<string, unknown>]>([
    ['retries a parked step', {}],
    ['aborts at a parked step', { action: 'abort' }],
    ['retries a step that awaits a person', { step: 'hands' }],
    ['skips a step that may be skipped', { step: 'seeds', action: 'skip' }],
    ['gives an empty reason', { reason: '' }],
  ])('refusalOf() is null when an answer %s', (_what, extra) => {
    expect(refusalOf(answer(extra), steps, 0)).toBeNull();
  });

  it.each<[string, unknown]>([
    ['The answer is not an object', undefined],
    ['The answer is not an object', null],
    ['The answer is not an object', 'retry'],
    ['action must be one of retry, skip, abort, approve, answer', {}],
    ['action must be one of retry, skip, abort, approve, answer', []],
    ['action must be one of retry, skip, abort, approve, answer', answer({ action: 'RETRY' })],
    ['action must be one of retry, skip, abort, approve, answer', answer({ action: ['retry'] })],
    ['actor must be named', answer({ actor: '' })],
    ['actor must be named', answer({ actor: undefined })],
    ['reason must be a text', answer({ reason: 7 })],
    ['There is no step nothing', answer({ step: 'nothing' })],
    ['There is no step undefined', answer({ step: undefined })],
    ['Step boot is same, not parked', answer({ step: 'boot' })],
    ['Step token is pending, not parked', answer({ step: 'token', occurrence: 0 })],
    ['Step keys is at occurrence 2, the answer is for 1', answer({ occurrence: 1 })],
    ['Step keys is at occurrence 2, the answer is for 2', answer({ occurrence: '2' })],
    ['Step keys is at occurrence 2, the answer is for undefined', answer({ occurrence: undefined })],
    ['Step keys cannot be skipped: later steps stand on it', answer({ action: 'skip' })],
  ])('refusalOf() says "%s" when the answer is wrong', (refusal, raw) => {
    expect(refusalOf(raw, steps, 0)).toBe(refusal);
  });
});

describe('recapOf()', () => {
  it('recapOf() counts every step once when each status is there', () => {
    const statuses: StepStatus[] = [
      'same',
      'same',
      'changed',
      'skipped',
      'parked',
      'awaiting',
      'failed',
      'pending',
      'observing',
      'applying',
      'verifying',
      'waiting',
      'stopped',
    ];
    const recap = recapOf(statuses.map((status) => step(status, status)));
    expect(recap).toEqual({ same: 2, changed: 1, skipped: 1, parked: 2, failed: 1, pending: 6 });
    const counts: number[] = Object.values(recap);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(statuses.length);
  });

  it('recapOf() is all zero when there are no steps', () => {
    expect(recapOf([])).toEqual({ same: 0, changed: 0, skipped: 0, parked: 0, failed: 0, pending: 0 });
  });
});

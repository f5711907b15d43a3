// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { recapOf, type RowProgress, type RowStatus } from '../../workflows/contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';

function row(id: string, status: RowStatus, extra: Partial<RowProgress> = {}): RowProgress {
  return { id, title: id, status, occurrence: 2, tries: 1, skippable: false, ...extra };
}

const rows = [
  row('boot', 'same'),
  row('keys', 'parked'),
  row('seeds', 'parked', { skippable: true }),
  row('token', 'pending', { occurrence: 0 }),
  row('hands', 'awaiting'),
];

const answer = (extra: Record<string, unknown> = {}): Record<string, unknown> => {
  const good: ResolveStep = { row: 'keys', occurrence: 2, action: 'retry', actor: 'eve', reason: 'mended' };
  return { ...good, ...extra };
};

describe('refusalOf()', () => {
  it.each<[string, Record<string, unknown>]>([
    ['retries a parked row', {}],
    ['aborts at a parked row', { action: 'abort' }],
    ['retries a step that awaits a person', { row: 'hands' }],
    ['skips a row that may be skipped', { row: 'seeds', action: 'skip' }],
    ['gives an empty reason', { reason: '' }],
  ])('refusalOf() is null when an answer %s', (_what, extra) => {
    expect(refusalOf(answer(extra), rows)).toBeNull();
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
    ['There is no row nothing', answer({ row: 'nothing' })],
    ['There is no row undefined', answer({ row: undefined })],
    ['Row boot is same, not parked', answer({ row: 'boot' })],
    ['Row token is pending, not parked', answer({ row: 'token', occurrence: 0 })],
    ['Row keys is at occurrence 2, the answer is for 1', answer({ occurrence: 1 })],
    ['Row keys is at occurrence 2, the answer is for 2', answer({ occurrence: '2' })],
    ['Row keys is at occurrence 2, the answer is for undefined', answer({ occurrence: undefined })],
    ['Row keys cannot be skipped: later rows stand on it', answer({ action: 'skip' })],
  ])('refusalOf() says "%s" when the answer is wrong', (refusal, raw) => {
    expect(refusalOf(raw, rows)).toBe(refusal);
  });
});

describe('recapOf()', () => {
  it('recapOf() counts every row once when each status is there', () => {
    const statuses: RowStatus[] = [
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
    const recap = recapOf(statuses.map((status) => row(status, status)));
    expect(recap).toEqual({ same: 2, changed: 1, skipped: 1, parked: 2, failed: 1, pending: 6 });
    const counts: number[] = Object.values(recap);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(statuses.length);
  });

  it('recapOf() is all zero when there are no rows', () => {
    expect(recapOf([])).toEqual({ same: 0, changed: 0, skipped: 0, parked: 0, failed: 0, pending: 0 });
  });
});

// SPDX-License-Identifier: Apache-2.0
// Which results end as failed activities, and what their errors say and carry.
import type { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { carriedResult } from '../../workflows/contracts/run/failed-result.ts';
import { failingVisibly } from '../../workers/failed-activity.ts';

const failure = {
  code: 'Rejected',
  message: 'Image not built',
  on: 'host',
  cause: 'disk full',
  hint: 'none',
};
const differs = {
  verdict: 'differs',
  digest: 'd',
  count: 1,
  differences: [{ what: 'free disk', have: '1 MiB', want: '2500 MiB' }],
};
const bad = { result: 'bad', seconds: 1, failure, failedPhase: 'ssh' };
const same = { verdict: 'same', digest: 'd', count: 0, differences: [] };

const ended = async (result: unknown, ...context: unknown[]): Promise<unknown> =>
  failingVisibly
    .execute?.({ args: [{}, ...context], headers: {} }, async () => result)
    .then(
      () => 'completed',
      (error: unknown) => error,
    );

describe('failingVisibly', () => {
  it.each([
    [
      'an effect that failed',
      { outcome: 'failed', failure },
      'done',
      'Rejected',
      'Image not built: disk full',
    ],
    [
      'an observation that failed',
      { verdict: 'failed', failure },
      'done',
      'Rejected',
      'Image not built: disk full',
    ],
    ['a measurement that is bad', bad, 'done', 'Rejected', 'Image not built: disk full'],
    ['a precondition that is not met', differs, 'same', 'Differs', 'free disk: 1 MiB, wanted 2500 MiB'],
  ])('fails the activity for %s, and carries its result', async (_, result, failsUnless, type, message) => {
    const error = (await ended(result, { failsUnless })) as ApplicationFailure;
    expect(error).toMatchObject({ type, message, nonRetryable: true, stack: '' });
    expect(carriedResult(error.details)).toEqual(result);
  });

  it.each([
    ['a first observation that differs', differs, { failsUnless: 'done' }],
    ['an observation of a report', { verdict: 'failed', failure }, {}],
    ['what is as wanted', same, { failsUnless: 'same' }],
    [
      'what waits for a person',
      { outcome: 'failed', failure: { ...failure, code: 'NeedsOperator' } },
      { failsUnless: 'done' },
    ],
    ['no result at all', undefined, { failsUnless: 'same' }],
  ])('completes the activity for %s', async (_, result, context) => {
    expect(await ended(result, context)).toBe('completed');
  });

  it('completes an activity that belongs to no step', async () => {
    expect(await ended({ outcome: 'failed', failure })).toBe('completed');
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { onlineCodes } from '../../profiles/exit-codes.ts';
import { exitKind } from '../../workflows/contracts/database/database-driver.ts';
import {
  batchProgress,
  judgeBatch,
  firstPace,
  nextPace,
  progressText,
  widerPace,
  type BatchVerdict,
} from '../../activities/migrations/batches.ts';

/** As nova-manage 31 prints it. */
const printed = `Running batches of 50 until complete
50 rows matched query populate_instance_compute_id, 50 migrated
+---------------------------------------------+--------------+-----------+
|                  Migration                  | Total Needed | Completed |
+---------------------------------------------+--------------+-----------+
|         migrate_empty_ratio                 |      0       |     0     |
|         populate_instance_compute_id        |      50      |     48    |
|         populate_user_id                    |      3       |     0     |
+---------------------------------------------+--------------+-----------+
`;

describe('batchProgress()', () => {
  it('batchProgress() sums the table when one is printed', () => {
    expect(batchProgress(printed)).toEqual({ found: 53, migrated: 48, isCounted: true });
  });
  it('batchProgress() finds nothing when the tool broke', () => {
    expect(batchProgress('Traceback (most recent call last):\n  | 1 | 2 |')).toEqual({
      found: 0,
      migrated: 0,
      isCounted: false,
    });
  });
});

describe('judgeBatch()', () => {
  it.each<[number, number, BatchVerdict]>([
    [0, 0, 'done'],
    [0, 3, 'done'],
    [1, 3, 'more'],
    [1, 0, 'stalled'],
    [2, 3, 'more'],
    [2, 0, 'erred'],
    [127, 0, 'misused'],
    [255, 0, 'broken'],
    [137, 0, 'broken'],
    [143, 9, 'broken'],
  ])('judgeBatch() of exit code %i with %i rows migrated is %s', (code, migrated, verdict) => {
    expect(judgeBatch(exitKind(onlineCodes, code), { found: migrated, migrated, isCounted: true }, 50)).toBe(
      verdict,
    );
  });

  it.each<[number, BatchVerdict]>([
    [1, 'broken'],
    [2, 'misused'],
  ])('judgeBatch() of exit code %i without a table is %s', (code, verdict) => {
    expect(judgeBatch(exitKind(onlineCodes, code), { found: 0, migrated: 0, isCounted: false }, 50)).toBe(
      verdict,
    );
  });

  it('judgeBatch() ends a loop that would never end when a tool counts -1 rows and says that there are more', () => {
    // As placement-manage prints it over psycopg 3.
    const endless = '|  create_incomplete_consumers  |      -1      |     -1    |';
    expect(judgeBatch('worked', batchProgress(endless), 50)).toBe('stalled');
  });

  it('judgeBatch() looks further when a batch was full of rows that cannot be migrated', () => {
    expect(judgeBatch('ended', { found: 50, migrated: 0, isCounted: true }, 50)).toBe('hidden');
    expect(judgeBatch('ended', { found: 49, migrated: 0, isCounted: true }, 50)).toBe('done');
  });
});

describe('nextPace()', () => {
  it('nextPace() goes back to the size before when a smaller batch was not faster', () => {
    const half = nextPace({ rows: 350, fastestSeconds: 8, rowsMin: 10 }, 25);
    expect(half.rows).toBe(175);
    expect(nextPace(half, 24).rows).toBe(350);
    expect(nextPace(half, 18.5).rows).toBe(88);
  });

  const pace = { rows: 400, fastestSeconds: 2, rowsMin: 10 };
  it.each([
    ['four times as many when it was over at once', 400, 2.1, 1600],
    ['as many when it worked for five seconds', 400, 7, 400],
    ['as many when its tool took longer to start', 400, 12, 400],
    ['half when it was slow', 400, 22, 200],
    ['never fewer than ten', 15, 600, 10],
    ['never more than the most', 20_000, 2, 20_000],
  ])('nextPace() takes %s', (_, rows, seconds, next) => {
    expect(nextPace({ ...pace, rows }, seconds).rows).toBe(next);
  });

  it('nextPace() holds a slow start of the tool against nobody', () => {
    expect(nextPace(firstPace, 9)).toMatchObject({ rows: 200, fastestSeconds: 9 });
  });

  it('nextPace() never takes so few again that they hide the others', () => {
    expect(widerPace(firstPace).rows).toBe(200);
    expect(nextPace(widerPace({ ...pace, rows: 100 }), 600).rows).toBe(400);
  });
});

describe('progressText()', () => {
  it.each([
    [1, 0, 20_000, 0, 'batch 1: 0 rows migrated, 20000 left'],
    [12, 3400, 16_600, 35.8, 'batch 12: 3400 rows migrated, 16600 left, 95 a second, 2m55s to go'],
    [30, 19_900, 100, 199, 'batch 30: 19900 rows migrated, 100 left, 100 a second, 1s to go'],
    [31, 20_000, 0, 200, 'batch 31: 20000 rows migrated, 0 left'],
  ])('progressText(%i, %i, %i, %d)', (batch, migrated, left, seconds, text) => {
    expect(progressText(batch, migrated, left, seconds)).toBe(text);
  });
});

// SPDX-License-Identifier: Apache-2.0
// What a batch of online data migrations said: its rows, what to do next, how large the next one is. Pure.

export interface BatchProgress {
  /** Rows that matched a migration, over all of them. */
  readonly found: number;
  readonly migrated: number;
}

export type BatchVerdict =
  /** Nothing is left that can be migrated. */
  | 'done'
  | 'more'
  /** The batch was full of rows that cannot be migrated; behind them may stand others. */
  | 'hidden'
  /** Rows are left and none was migrated: the next batch would say the same. */
  | 'stalled'
  /** Migrations raised errors; passing when their cause is. */
  | 'erred'
  /** The tool refused its arguments: a mistake of ours. */
  | 'misused'
  /** It was ended from outside, or by an error of its own before it could count. */
  | 'broken';

/**
 * The table that `nova-manage db online_data_migrations` prints, summed.
 * @example | migrate_x | 50 | 50 |
 */
export function batchProgress(stdout: string): BatchProgress {
  const rows = [...stdout.matchAll(/^\|\s*\w+\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*$/gm)];
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  return { found: sum(1), migrated: sum(2) };
}

/**
 * `size` is what the batch was limited to.
 * @source nova-manage's manual, and runs of it: 0 nothing (more) is possible, also when rows matched and none may be
 * migrated; 1 rows were migrated, ask again; 2 errors and nobody progressed; 127 a bad --max-count; 255 an exception.
 * Its queries take the first rows in no order: as many that cannot be migrated hide all others, with exit code 0.
 */
export function judgeBatch(exitCode: number, { found, migrated }: BatchProgress, size: number): BatchVerdict {
  if (exitCode === 0) return migrated === 0 && found >= size ? 'hidden' : 'done';
  // Python ends with 1 as well when the tool breaks before its own judgement; then no table was printed.
  if (exitCode === 1) return migrated > 0 ? 'more' : 'stalled';
  if (exitCode === 2) return migrated > 0 ? 'more' : 'erred';
  return exitCode === 127 ? 'misused' : 'broken';
}

/** Rows of the first batch. @source nova-manage's own default for the batches of an unlimited run */
export const firstBatchRows = 50;

/** Long enough that the start of the tool (2 s) is the smaller part, short enough that a stop is soon. @source issue: about 5 s */
const batchSeconds = 5;
const toolStartSeconds = 2;
const batchRowsMax = 20_000;

/** Rows of the next batch, after one of `rows` took so long: at most four times as many, at least 10. */
export function nextBatchRows(rows: number, seconds: number): number {
  const working = Math.max(0.1, seconds - toolStartSeconds);
  const wanted = Math.round((rows * (batchSeconds - toolStartSeconds)) / working);
  return Math.min(batchRowsMax, 4 * rows, Math.max(10, wanted));
}

/** Rows of the batch after one that was full of rows that cannot be migrated: enough to see past them. */
export const widerBatchRows = (rows: number): number => 4 * rows;

// SPDX-License-Identifier: Apache-2.0
// What a batch of online data migrations said: its rows, what to do next, how large the next one is. Pure.
import type { ExitKind } from '../../workflows/contracts/database/database-driver.ts';

export interface BatchProgress {
  /** Rows that matched a migration, over all of them. */
  readonly found: number;
  readonly migrated: number;
  /** False: the tool ended before it printed its table. */
  readonly isCounted: boolean;
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
  const rows = [...stdout.matchAll(/^\|\s*\w+\s*\|\s*(-?\d+)\s*\|\s*(-?\d+)\s*\|\s*$/gm)];
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  return { found: sum(1), migrated: sum(2), isCounted: rows.length > 0 };
}

/**
 * `kind` is what its exit code says, `size` what the batch was limited to.
 * @source nova-manage's manual, and runs of it, of cinder-manage and placement-manage: 0 nothing (more) is possible, also
 * when rows matched and none may be migrated; 1 rows were migrated, ask again; 2 errors and nobody progressed; 127 a bad
 * --max-count; 255 an exception. Nova's queries take the first rows in no order: as many that cannot be migrated hide all
 * others, with exit code 0.
 */
export function judgeBatch(kind: ExitKind, progress: BatchProgress, size: number): BatchVerdict {
  const { found, migrated, isCounted } = progress;
  if (kind === 'ended') return migrated === 0 && found >= size ? 'hidden' : 'done';
  // Python ends with 1, and its parser of arguments with 2, before the tool could judge.
  if (kind === 'worked' && !isCounted) return 'broken';
  if (kind === 'erred' && !isCounted) return 'misused';
  if (kind === 'worked') return migrated > 0 ? 'more' : 'stalled';
  if (kind === 'erred') return migrated > 0 ? 'more' : 'erred';
  return kind;
}

/**
 * Where a run of batches stands, for people; `left` as counted before its first batch, less what was migrated since.
 * @example batch 12: 3400 rows migrated, 16600 left, 95 a second, 2m55s to go
 */
export function progressText(batch: number, migrated: number, left: number, seconds: number): string {
  const rate = migrated / Math.max(1, seconds);
  const done = `batch ${batch}: ${migrated} rows migrated, ${left} left`;
  if (rate < 1 || left === 0) return done;
  const wait = Math.ceil(left / rate);
  const minutes = Math.floor(wait / 60);
  const rest = `${minutes > 0 ? `${minutes}m` : ''}${String(wait % 60).padStart(minutes > 0 ? 2 : 1, '0')}s`;
  return `${done}, ${Math.round(rate)} a second, ${rest} to go`;
}

/** Rows of the first batch. @source nova-manage's own default for the batches of an unlimited run */
const firstBatchRows = 50;

/**
 * Time that a batch works, beside the start of the tool (2 s, and 5 s on a busy machine): the start is not the larger
 * part, and a stop is soon. @source issue: about 5 s a batch. With 3 s, 20,000 rows took 17 min of a busy machine.
 */
const workSeconds = 5;
const batchRowsMin = 10;
const batchRowsMax = 20_000;

/**
 * Up to so many times the work time a batch is as large as it should be: on a busy machine the start of the tool alone
 * takes some seconds more than it did.
 */
const workTolerance = 2;

/**
 * A smaller batch that takes more than this share of the time of the one before tells that rows are not what takes it.
 * @source with load 12 on 2 cores starts took 8 to 20 s; taken for work, they brought batches from 350 rows down to 10
 */
const startShare = 0.75;

/** What the batches of one run taught about the next. */
export interface BatchPace {
  /** Rows of the next batch. */
  readonly rows: number;
  /** Of the fastest batch so far: no start of the tool takes longer. */
  readonly fastestSeconds: number;
  /** As many rows stand before those that can be migrated: fewer would not see past them. */
  readonly rowsMin: number;
  /** The last batch; none before the first. */
  readonly before?: { readonly rows: number; readonly seconds: number };
}

export const firstPace: BatchPace = {
  rows: firstBatchRows,
  fastestSeconds: Number.POSITIVE_INFINITY,
  rowsMin: batchRowsMin,
};

/** After a batch of `pace.rows` that took so long: at most four times as many, at least half. */
export function nextPace(pace: BatchPace, seconds: number): BatchPace {
  const fastestSeconds = Math.min(pace.fastestSeconds, seconds);
  const factor = factorOf(pace, seconds, Math.max(0.1, seconds - fastestSeconds));
  const rows = Math.min(batchRowsMax, Math.max(batchRowsMin, Math.round(pace.rows * factor)));
  const before = { rows: pace.rows, seconds };
  return { ...pace, fastestSeconds, rows: Math.max(pace.rowsMin, rows), before };
}

function factorOf({ rows, before }: BatchPace, seconds: number, working: number): number {
  const share = workSeconds / working;
  if (share > 1) return Math.min(4, share);
  const isStart = before !== undefined && rows < before.rows && seconds > startShare * before.seconds;
  if (isStart) return before.rows / rows;
  return working <= workTolerance * workSeconds ? 1 : Math.max(0.5, share);
}

/** After a batch that was full of rows that cannot be migrated. */
export function widerPace(pace: BatchPace): BatchPace {
  return { ...pace, rows: 4 * pace.rows, rowsMin: 4 * pace.rows };
}

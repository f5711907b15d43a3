// SPDX-License-Identifier: Apache-2.0
// One run as a document: header, a line per row, recap, and what failed. Reads nothing.
import { recapOf, type Progress } from '../../../workflows/contracts/run/progress.ts';
import type { Io } from '../../terminal/io.ts';
import type { Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import { typed } from '../../terminal/settings.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { failureLines } from './end-text.ts';
import { failureLine, oneLine } from './failure-text.ts';
import { fieldLines } from './question-text.ts';
import { marks } from '../live/marks.ts';
import type { Paint } from '../../terminal/paint.ts';

/** `outcome` is null while the run goes on. */
export function showLines(
  { run, progress, note }: Look,
  outcome: Outcome | null,
  io: Io,
  paint: Paint,
): string[] {
  const now = io.now();
  const rows = progress?.rows ?? [];
  const heads = aligned(
    rows.map((row) => [
      `${marks[row.status].mark} ${row.id}`,
      row.title,
      marks[row.status].word,
      row.startedAt === undefined ? '' : spanText(row.startedAt, row.endedAt, now),
      row.tries > 1 || row.failure !== undefined ? `try ${row.tries}` : (row.detail ?? ''),
    ]),
  );
  const body = rows.flatMap((row, index) => [
    paint(marks[row.status].colour, heads[index] ?? ''),
    ...(row.failure === undefined ? [] : [`    ${failureLine(row.failure)}`]),
    ...(row.question === undefined ? [] : fieldLines(row.question).map((line) => `      ${line}`)),
  ]);
  const recap = Object.entries(recapOf(rows)).map(([status, count]) => `${status} ${count}`);
  const phase = progress?.phase ?? (run.status === 'running' ? 'compiling' : run.status);
  return [
    paint('bold', `${run.id}  ${phase}`),
    `started ${run.startedAt}, ${spanText(run.startedAt, run.closedAt, now)}`,
    ...(note === null ? [] : [paint('yellow', note)]),
    ...body,
    ...notificationLines(progress),
    ...(rows.length === 0 ? [] : [recap.join('  ')]),
    ...(outcome === null
      ? [`watch it with: ${typed(io, `holdfast op watch ${run.id}`)}`]
      : failureLines(outcome, io)),
  ];
}

function notificationLines(progress: Progress | null): string[] {
  if (progress?.notification === undefined) return [];
  const { outcome, at, row, cause } = progress.notification;
  const what = `notice about ${row} ${outcome} at ${at}`;
  return [cause === undefined ? what : `${what}: ${oneLine(cause)}`];
}

// SPDX-License-Identifier: Apache-2.0
// One run as a document: header, a line per step, recap, and what failed. Reads nothing.
import { recapOf, type Progress } from '../../../workflows/contracts/run/progress.ts';
import type { Io } from '../../terminal/io.ts';
import type { Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import { typed } from '../../terminal/settings.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { agoText, clockText } from '../../terminal/time-text.ts';
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
  const steps = progress?.steps ?? [];
  const heads = aligned(
    steps.map((step) => [
      `${marks[step.status].mark} ${step.id}`,
      step.title,
      marks[step.status].word,
      step.startedAt === undefined ? '' : spanText(step.startedAt, step.endedAt, now),
      step.tries > 1 || step.failure !== undefined ? `try ${step.tries}` : (step.detail ?? ''),
    ]),
  );
  const body = steps.flatMap((step, index) => [
    paint(marks[step.status].colour, heads[index] ?? ''),
    ...(step.failure === undefined ? [] : [`    ${failureLine(step.failure)}`]),
    ...(step.question === undefined ? [] : fieldLines(step.question).map((line) => `      ${line}`)),
  ]);
  const recap = Object.entries(recapOf(steps)).map(([status, count]) => `${status} ${count}`);
  const phase = progress?.phase ?? (run.status === 'running' ? 'compiling' : run.status);
  return [
    paint('bold', `${run.id}  ${phase}`),
    `started ${clockText(run.startedAt, now)} (${agoText(run.startedAt, now)}), ${run.closedAt === undefined ? 'runs for' : 'took'} ${spanText(run.startedAt, run.closedAt, now)}`,
    ...(note === null ? [] : [paint('yellow', note)]),
    ...body,
    ...notificationLines(progress, now),
    ...(steps.length === 0 ? [] : [recap.join('  ')]),
    ...(outcome === null
      ? [`watch it with: ${typed(io, `holdfast op watch ${run.id}`)}`]
      : failureLines(outcome, io)),
  ];
}

function notificationLines(progress: Progress | null, now: number): string[] {
  if (progress?.notification === undefined) return [];
  const { outcome, at, step, cause } = progress.notification;
  const what = `notice about ${step} ${outcome} at ${clockText(at, now)}`;
  return [cause === undefined ? what : `${what}: ${oneLine(cause)}`];
}

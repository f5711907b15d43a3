// SPDX-License-Identifier: Apache-2.0
// The block that a terminal shows of a run: counts, what runs, the last few that are done. Pure; moves no cursor.
import type { Progress, StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { Look } from '../../runs/look.ts';
import { fitted, piece, type Piece } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { failureLine } from '../text/failure-text.ts';
import { isActive, isSettled, marks } from './marks.ts';
import type { Paint } from '../../terminal/paint.ts';

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

/** Narrower than this the words and titles of steps are left out: their marks say the same. */
const wordColumnsMin = 60;
const titleColumnsMin = 96;
/** @source a block that is taken in at once: three that are done, and as many side by side as an install runs twice over */
const doneMax = 3;
const bodyMax = 12;

/** `way` is the command that comes back to the run; it is never cut, and left out once nothing is drawn over the block. */
export function frameLines(
  { run, progress, note }: Look,
  way: string | null,
  now: number,
  size: FrameSize,
  paint: Paint,
): string[] {
  // One column less: a full last column would make the terminal go on to the next line.
  const columns = Math.max(10, size.columns - 1);
  const cut = (pieces: readonly Piece[]): string => fitted(pieces, columns, paint);
  const head = [
    piece(run.id, 'bold'),
    piece(`  ${progress?.phase ?? 'starting'}  ${spanText(run.startedAt, run.closedAt, now)}`),
  ];
  const notes = note === null ? [] : [cut([piece(note, 'yellow')])];
  const tail = way === null ? [] : wayLines(way, columns).map((line) => paint('dim', line));
  const counts = progress === null ? [] : [cut([piece(countText(progress), 'dim')])];
  const room = Math.max(1, Math.min(bodyMax, size.rows - 2 - counts.length - notes.length - tail.length));
  const body = progress === null ? [] : bodyLines(progress, now, columns, room).map(cut);
  return [cut(head), ...counts, ...body, ...notes, ...tail];
}

/** On one line where it fits; else the command stands on its own, and a terminal that is narrower still wraps it. */
function wayLines(way: string, columns: number): string[] {
  const text = 'Ctrl-C leaves it running; back to it:';
  return text.length + 1 + way.length <= columns ? [`${text} ${way}`] : [text.slice(0, columns), way];
}

/** `12 of 45 done, 2 running, 31 to come`. */
function countText({ steps }: Progress): string {
  const count = (holds: (step: StepProgress) => boolean): number => steps.filter(holds).length;
  const parts = [
    [count(({ status }) => isActive(status)), 'running'],
    [count(isStuck), 'stuck'],
    [count(({ status }) => status === 'pending'), 'to come'],
  ] as const;
  const rest = parts.filter(([number]) => number > 0).map(([number, word]) => `, ${number} ${word}`);
  return `${count(({ status }) => isSettled(status))} of ${steps.length} done${rest.join('')}`;
}

/** It neither runs, nor is it done, nor will it begin by itself. */
const isStuck = ({ status }: StepProgress): boolean =>
  !isSettled(status) && !isActive(status) && status !== 'pending';

function bodyLines({ steps }: Progress, now: number, columns: number, room: number): Piece[][] {
  // What a person must see first stands first: steps that ended badly, then those that run.
  const current = steps
    .filter((step) => isStuck(step) || isActive(step.status))
    .sort((a, b) => Number(isActive(a.status)) - Number(isActive(b.status)));
  const done = steps
    .filter(({ status, endedAt }) => isSettled(status) && endedAt !== undefined)
    .sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))
    .slice(-doneMax);
  const shownCurrent = current.length <= room ? current : current.slice(0, Math.max(1, room - 1));
  const more = current.length - shownCurrent.length;
  const doneRoom = Math.max(0, room - shownCurrent.length - (more > 0 ? 1 : 0));
  const shownDone = doneRoom === 0 ? [] : done.slice(-doneRoom);
  const shown = [...shownDone, ...shownCurrent];
  const width = Math.max(...shown.map(({ id }) => id.length), 0);
  const titleWidth = columns < titleColumnsMin ? 0 : Math.max(...shown.map(({ title }) => title.length), 0);
  const lines = shown.map((step) => stepPieces(step, { width, titleWidth, columns }, now));
  return more > 0 && room > 1 ? [...lines, [piece(`  and ${more} more`, 'dim')]] : lines;
}

interface Widths {
  readonly width: number;
  readonly titleWidth: number;
  readonly columns: number;
}

function stepPieces(step: StepProgress, { width, titleWidth, columns }: Widths, now: number): Piece[] {
  const { mark, colour, word } = marks[step.status];
  const span = step.startedAt === undefined ? '' : spanText(step.startedAt, step.endedAt, now);
  const reason = step.failure === undefined ? '' : failureLine(step.failure);
  const detail = step.detail === undefined ? '' : `  ${step.detail}`;
  const note =
    step.tries > 1 || reason !== ''
      ? `  try ${Math.max(1, step.tries)}${reason === '' ? '' : `: ${reason}`}`
      : '';
  const title = titleWidth === 0 ? '' : `  ${step.title.padEnd(titleWidth)}`;
  return [
    piece(`${mark} `, colour),
    piece(step.id.padEnd(width)),
    piece(title, 'dim'),
    piece(columns < wordColumnsMin ? '' : `  ${word.padEnd(9)}`, colour),
    piece(` ${span.padStart(6)}`, 'dim'),
    piece(detail, 'dim'),
    piece(note, colour),
  ];
}

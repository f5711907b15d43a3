// SPDX-License-Identifier: Apache-2.0
// The block that a terminal shows of a run, as lines that fit. Pure; moves no cursor.
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

/** Narrower than this the titles of steps are left out. */
const titleColumnsMin = 96;

/** Header, a line per step, notes and footer; finished and later steps fold when the height is too small. */
export function frameLines(look: Look, footer: string, now: number, size: FrameSize, paint: Paint): string[] {
  const { run, progress, note } = look;
  // One column and one line less: a full last column or line would make the terminal scroll.
  const columns = Math.max(10, size.columns - 1);
  const steps = progress?.steps ?? [];
  const settled = steps.filter(({ status }) => isSettled(status)).length;
  const header = [
    piece(run.id, 'bold'),
    piece(
      `  ${progress?.phase ?? 'starting'}  ${settled}/${steps.length}  ${spanText(run.startedAt, run.closedAt, now)}`,
    ),
  ];
  const tail = [...(note === null ? [] : [[piece(note, 'yellow')]]), [piece(footer, 'dim')]];
  const room = Math.max(1, size.rows - 2 - tail.length);
  const body = progress === null ? [] : bodyLines(progress, now, columns, room);
  return [header, ...body, ...tail].map((pieces) => fitted(pieces, columns, paint));
}

function bodyLines({ steps }: Progress, now: number, columns: number, room: number): Piece[][] {
  const width = Math.max(...steps.map(({ id }) => id.length), 0);
  const titleWidth = columns < titleColumnsMin ? 0 : Math.max(...steps.map(({ title }) => title.length), 0);
  const line = (step: StepProgress): Piece[] => stepPieces(step, width, titleWidth, now);
  if (steps.length <= room) return steps.map(line);
  const settled = steps.filter(({ status }) => isSettled(status));
  const later = steps.filter(({ status }) => status === 'pending');
  const unsettled = steps.filter(({ status }) => !isSettled(status));
  const done = settled.length === 0 ? [] : [[piece(`= ${settled.length} steps done`, 'dim')]];
  if (done.length + unsettled.length <= room) return [...done, ...unsettled.map(line)];
  // What a person must see first stands first: steps that ended badly, then those that run.
  const current = unsettled
    .filter(({ status }) => status !== 'pending')
    .sort((a, b) => Number(isActive(a.status)) - Number(isActive(b.status)));
  const left = room - done.length - current.length;
  if (left < 1) return current.slice(0, room).map(line);
  const next = later.slice(0, left - 1).map(line);
  return [
    ...done,
    ...current.map(line),
    ...next,
    [piece(`○ ${later.length - next.length} steps to come`, 'dim')],
  ];
}

function stepPieces(step: StepProgress, width: number, titleWidth: number, now: number): Piece[] {
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
    piece(`  ${word.padEnd(9)}`, colour),
    piece(` ${span.padStart(6)}`, 'dim'),
    piece(detail, 'dim'),
    piece(note, colour),
  ];
}

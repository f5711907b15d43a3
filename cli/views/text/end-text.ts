// SPDX-License-Identifier: Apache-2.0
// The last lines of a watched run: the recap, and what failed, on what, why, how the world is, what next.
import { recapOf, waitsForPerson, type Progress } from '../../../workflows/contracts/run/progress.ts';
import type { Io } from '../../terminal/io.ts';
import { operations } from '../../../workflows/operations/index.ts';
import type { Outcome } from '../../runs/outcome.ts';
import { hintOfEnded } from '../../runs/start-again.ts';
import { typed } from '../../terminal/settings.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { logCommand, oneLine } from './failure-text.ts';
import type { Colour, Paint } from '../../terminal/paint.ts';

const colours: Record<Outcome['kind'], Colour> = {
  done: 'green',
  failed: 'red',
  cancelled: 'yellow',
  terminated: 'red',
  parked: 'red',
  left: 'plain',
};

/** `same 3  changed 19  skipped 0  parked 0  failed 0  pending 0  in 1m42s` */
function recapLine(outcome: Outcome, now: number): string {
  const recap = Object.entries(recapOf(outcome.progress?.steps ?? [])).map(
    ([status, count]) => `${status} ${count}`,
  );
  return [...recap, `in ${spanText(outcome.startedAt, outcome.endedAt, now)}`].join('  ');
}

/** Everything that is said at the end of a run that changes the world. */
export function endLines(outcome: Outcome, io: Io, paint: Paint): string[] {
  const recap = paint(colours[outcome.kind], recapLine(outcome, io.now()));
  if (outcome.kind === 'done') return [recap];
  if (outcome.kind === 'left') return [recap, ...leaveLines(outcome, io)];
  return [recap, ...failureLines(outcome, io)];
}

export function leaveLines({ id }: Outcome, io: Io): string[] {
  return [`${id} goes on without this watcher; back to it: ${typed(io, `holdfast op watch ${id}`)}`];
}

/** What failed, on what, deepest cause, state of the world, next command. */
export function failureLines(outcome: Outcome, io: Io): string[] {
  const { failure, progress, kind } = outcome;
  if (failure === undefined) return [];
  const step = progress?.steps.find(
    (each) => each.failure !== undefined && (waitsForPerson(each) || each.status === 'failed'),
  );
  const what = step === undefined ? failure.message : `${step.id}: ${failure.message}`;
  return aligned([
    [kind, oneLine(what)],
    ['on', oneLine(failure.on)],
    ...(failure.cause === undefined ? [] : [['cause', oneLine(failure.cause)]]),
    ...(failure.logPath === undefined ? [] : [['log', typed(io, logCommand(failure.logPath))]]),
    ['state', stateOfTheWorld(kind, progress)],
    ['hint', oneLine(kind === 'parked' ? failure.hint : hintOfEnded(failure.hint))],
    ['next', typed(io, nextOf(outcome))],
    ...wayBackOf(outcome).map((command) => ['or', typed(io, command)]),
  ]);
}

/** An update that cannot go on need not: the image before it is still there. */
function wayBackOf({ kind, progress }: Outcome): string[] {
  if (kind !== 'parked' || progress?.operation !== operations.updateBox.slug) return [];
  const isLaid = progress.steps.some(({ id, status }) => id === 'root' && status === 'changed');
  return isLaid ? [`holdfast box update ${progress.subject} --back`] : [];
}

function nextOf({ id, nextCommand }: Outcome): string {
  return nextCommand ?? `holdfast op logs ${id}`;
}

function stateOfTheWorld(kind: Outcome['kind'], progress: Progress | null): string {
  if (progress === null)
    return kind === 'terminated' ? 'unknown: no progress of it can be read' : 'nothing was changed';
  const recap = recapOf(progress.steps);
  const parked = progress.steps.filter(waitsForPerson).map(({ id }) => id);
  const kept = keptText(progress);
  if (kind === 'parked') {
    const waiting = `${count(recap.pending)} waiting behind ${parked.join(', ')}`;
    return `parked: ${kept}; ${waiting}; nothing runs and the ${progress.kind ?? 'box'} is free for others`;
  }
  return `ended: ${kept}; ${count(recap.pending)} not reached`;
}

/** A step that was begun has touched the world, whatever became of it and of those it is observed again for. */
function keptText({ steps }: Progress): string {
  const touched = steps.filter(
    ({ touched: isTouched, status }) => isTouched === true || status === 'changed',
  );
  if (touched.length === 0) return 'nothing was changed';
  const open = touched.filter(({ status }) => status !== 'changed' && status !== 'skipped');
  const unfinished = open.length === 0 ? '' : `, not finished: ${open.map(({ id }) => id).join(', ')}`;
  return `${count(touched.length)} changed and kept${unfinished}`;
}

function count(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}

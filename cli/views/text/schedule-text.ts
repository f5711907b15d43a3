// SPDX-License-Identifier: Apache-2.0
// Schedules as text: what is changed about them, and how they stand. Reads no clock.
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import type { ScheduleState } from '../../temporal/schedule-client.ts';
import type { ScheduleChange } from '../../records/desired-schedules.ts';
import { aligned } from '../../terminal/columns.ts';
import { agoText } from '../../terminal/time-text.ts';
import { oneLine } from './failure-text.ts';

const marks = { create: '+', update: '~', same: '=', remove: '-' } as const;

/** `1h`, `90m`, `7d`: the largest unit that fits. */
function everyText(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${Math.round(seconds / 60)}m`;
}

/** The id without our prefix, as the other commands take it. */
export function shortId(id: string): string {
  return id.startsWith(schedulePrefix) ? id.slice(schedulePrefix.length) : id;
}

export function changeLines(changes: readonly ScheduleChange[]): string[] {
  return aligned(
    changes.map(({ kind, id, desired, state }) => [
      `${marks[kind]} ${shortId(id)}`,
      desired === undefined
        ? 'its spec is gone, or wants it never'
        : `every ${everyText(desired.everySeconds)}`,
      state?.isPaused === true && kind !== 'remove' ? 'stays paused' : '',
    ]),
  );
}

/** A schedule with the verdict of its newest run, where that is known. */
export interface ListedSchedule extends ScheduleState {
  readonly lastResult?: string;
  /** True when runs did not begin that should have: Temporal or the worker were down. */
  readonly isOverdue: boolean;
}

/** `withMore`: the newest run by its id, runs that were left out, and instants in place of how long ago. */
export function scheduleLines(states: readonly ListedSchedule[], now: number, withMore = false): string[] {
  const timeOf = (iso: string | undefined): string =>
    iso === undefined ? '' : withMore ? iso : agoText(iso, now);
  const steps = states.map((state) => [
    shortId(state.id),
    everyText(state.everySeconds),
    state.isPaused ? 'paused' : timeOf(state.nextAt),
    timeOf(state.lastAt),
    state.lastResult ?? '',
    ...(withMore ? [state.lastRun ?? '', String(state.skipped)] : []),
    remarkOf(state),
  ]);
  const more = withMore ? ['LAST RUN', 'SKIPPED'] : [];
  return aligned([['ID', 'EVERY', 'NEXT', 'LAST', 'RESULT', ...more, ''], ...steps]);
}

function remarkOf({ isPaused, isOverdue, note, running }: ListedSchedule): string {
  if (isPaused) return oneLine(note);
  if (isOverdue) return 'overdue: holdfast doctor';
  return running.length > 0 ? 'running' : '';
}

// SPDX-License-Identifier: Apache-2.0
// The tries of steps as text: when, what, how long, with what end and which log. Reads nothing.
import type { StepActivity } from '../../runs/step-history.ts';
import type { RunEnd } from '../../temporal/temporal-client.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { clockText } from '../../terminal/time-text.ts';
import { failureLine, logCommand, oneLine } from './failure-text.ts';

export interface LoggedStep {
  readonly id: string;
  readonly title: string;
  readonly activities: readonly StepActivity[];
}

/** True for a step that has to be looked at: something of it failed, it runs, or the run ended while it still differed. */
export function isTroubled({ activities }: LoggedStep, isRunning: boolean): boolean {
  const last = activities.at(-1);
  if (last === undefined) return false;
  if (activities.some(({ failure, error }) => failure !== undefined || error !== undefined)) return true;
  return last.endedAt === undefined || (!isRunning && last.outcome.startsWith('differs'));
}

/** What ended a run, as its last line of the log. */
export function endLogLines(end: RunEnd): string[] {
  if (end.kind === 'completed') return [];
  const text = end.kind === 'failed' ? `${end.code}: ${end.message}` : `${end.kind}: ${end.message}`;
  return [`ended by ${oneLine(text)}`];
}

/** Of one look. */
const differencesMax = 10;

export function logLines(steps: readonly LoggedStep[], now: number): string[] {
  return steps.flatMap(({ id, title, activities }) => {
    const heads = aligned(
      activities.map((activity) => [
        `  ${clockText(activity.scheduledAt, now)}`,
        `${activity.phase}/${activity.n}`,
        tookText(activity, now),
        activity.attempts > 1 ? `${activity.outcome} (attempt ${activity.attempts})` : activity.outcome,
      ]),
    );
    const body = activities.flatMap((activity, index) => [
      heads[index] ?? '',
      ...(index === activities.length - 1 ? differenceLines(activity) : []),
      ...reasonLines(activity),
    ]);
    return [`${id}  ${title}`, ...(body.length === 0 ? ['  not begun'] : body)];
  });
}

/** Tenths matter here: most looks take less than a second. */
function tookText({ scheduledAt, endedAt }: StepActivity, now: number): string {
  const milliseconds = (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(scheduledAt);
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)}s` : spanText(scheduledAt, endedAt, now);
}

/** What the last look saw: nothing changed it any more. */
function differenceLines({ differences = [] }: StepActivity): string[] {
  const lines = differences
    .slice(0, differencesMax)
    .map(({ what, have, want }) => `    ${oneLine(what)}: ${oneLine(have)} -> ${oneLine(want)}`);
  const rest = differences.length - lines.length;
  return rest > 0 ? [...lines, `    and ${rest} more`] : lines;
}

function reasonLines({ failure, error }: StepActivity): string[] {
  if (failure === undefined) return error === undefined ? [] : [`    ${oneLine(error)}`];
  return [
    `    ${failure.code}: ${failureLine(failure)}`,
    `    on ${failure.on}${failure.exitCode === undefined ? '' : `, exit code ${failure.exitCode}`}`,
    ...(failure.logPath === undefined ? [] : [`    log: ${logCommand(failure.logPath)}`]),
  ];
}

// SPDX-License-Identifier: Apache-2.0
// The tries of steps as text: when, what, how long, with what end and which log. Reads nothing.
import type { StepActivity } from '../../runs/step-history.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { failureLine, oneLine } from './failure-text.ts';

export interface LoggedStep {
  readonly id: string;
  readonly title: string;
  readonly activities: readonly StepActivity[];
}

export function logLines(steps: readonly LoggedStep[], now: number): string[] {
  return steps.flatMap(({ id, title, activities }) => {
    const heads = aligned(
      activities.map((activity) => [
        `  ${activity.scheduledAt}`,
        `${activity.phase}/${activity.n}`,
        tookText(activity, now),
        activity.attempts > 1 ? `${activity.outcome} (attempt ${activity.attempts})` : activity.outcome,
      ]),
    );
    const body = activities.flatMap((activity, index) => [heads[index] ?? '', ...reasonLines(activity)]);
    return [`${id}  ${title}`, ...(body.length === 0 ? ['  not begun'] : body)];
  });
}

/** Tenths matter here: most looks take less than a second. */
function tookText({ scheduledAt, endedAt }: StepActivity, now: number): string {
  const milliseconds = (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(scheduledAt);
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)}s` : spanText(scheduledAt, endedAt, now);
}

function reasonLines({ failure, error }: StepActivity): string[] {
  if (failure === undefined) return error === undefined ? [] : [`    ${oneLine(error)}`];
  return [
    `    ${failure.code}: ${failureLine(failure)}`,
    `    on ${failure.on}${failure.exitCode === undefined ? '' : `, exit code ${failure.exitCode}`}`,
    ...(failure.logPath === undefined ? [] : [`    log ${failure.logPath}`]),
  ];
}

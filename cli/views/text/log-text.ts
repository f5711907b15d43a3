// SPDX-License-Identifier: Apache-2.0
// The tries of rows as text: when, what, how long, with what end and which log. Reads nothing.
import type { RowActivity } from '../../runs/row-history.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { failureLine, oneLine } from './failure-text.ts';

export interface LoggedRow {
  readonly id: string;
  readonly title: string;
  readonly activities: readonly RowActivity[];
}

export function logLines(rows: readonly LoggedRow[], now: number): string[] {
  return rows.flatMap(({ id, title, activities }) => {
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
function tookText({ scheduledAt, endedAt }: RowActivity, now: number): string {
  const milliseconds = (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(scheduledAt);
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)}s` : spanText(scheduledAt, endedAt, now);
}

function reasonLines({ failure, error }: RowActivity): string[] {
  if (failure === undefined) return error === undefined ? [] : [`    ${oneLine(error)}`];
  return [
    `    ${failure.code}: ${failureLine(failure)}`,
    `    on ${failure.on}${failure.exitCode === undefined ? '' : `, exit code ${failure.exitCode}`}`,
    ...(failure.logPath === undefined ? [] : [`    log ${failure.logPath}`]),
  ];
}

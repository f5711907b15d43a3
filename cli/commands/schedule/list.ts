// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule list`: our schedules, their next and last run, the result of that, and which are paused or overdue.
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import { isOverdue } from '../../../workflows/contracts/run/overdue.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import type { ScheduleState } from '../../temporal/schedule-client.ts';
import type { TemporalClient } from '../../temporal/temporal-client.ts';
import { listedRun } from '../../views/text/list-text.ts';
import { typed } from '../../terminal/settings.ts';
import { scheduleLines, type ListedSchedule } from '../../views/text/schedule-text.ts';

export const scheduleList: Command = {
  words: ['schedule', 'list'],
  summary: 'list schedules, their next run, their last one and its result',
  arguments: [],
  options: outputOptions,
  examples: ['schedule list', 'schedule list --json'],
  run: (context, _, options) =>
    withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const states = await listedSchedules(client, io.now());
      if (options['json'] === true) io.stdout.write(`${JSON.stringify(states, null, 2)}\n`);
      else if (states.length === 0)
        io.stderr.write(`There are no schedules; make them with: ${typed(io, 'holdfast schedule apply')}\n`);
      else for (const line of scheduleLines(states, io.now())) io.stdout.write(`${line}\n`);
      return exitCodes.done.code;
    }),
};

/** All schedules of ours, each with the verdict of its newest run. */
export async function listedSchedules(client: TemporalClient, now: number): Promise<ListedSchedule[]> {
  const ids = await client.schedules.ids(schedulePrefix);
  const found = await Promise.all(ids.map((id) => client.schedules.describe(id)));
  return Promise.all(found.filter((state) => state !== null).map((state) => listed(client, state, now)));
}

async function listed(client: TemporalClient, state: ScheduleState, now: number): Promise<ListedSchedule> {
  const { lastRun } = state;
  const run = lastRun === undefined ? null : await client.describe(lastRun);
  const lastResult = run === null ? undefined : listedRun(run).phase;
  return { ...state, isOverdue: isOverdue(state, now), ...(lastResult !== undefined && { lastResult }) };
}

// SPDX-License-Identifier: Apache-2.0
// Our schedules as Temporal has them, each with the verdict of its newest run.
import { schedulePrefix } from '../../workflows/contracts/box/schedules.ts';
import { isOverdue } from '../../workflows/contracts/run/overdue.ts';
import type { ScheduleState } from '../temporal/schedule-client.ts';
import type { TemporalClient } from '../temporal/temporal-client.ts';
import { listedRun } from '../views/text/list-text.ts';
import type { ListedSchedule } from '../views/text/schedule-text.ts';

/** All schedules of holdfast, each with the verdict of its newest run. */
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

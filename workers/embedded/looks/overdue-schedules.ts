// SPDX-License-Identifier: Apache-2.0
// Finds our schedules whose runs should have begun and did not. Changes nothing.
import { ScheduleClient, type Connection, type ScheduleDescription } from '@temporalio/client';
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import { isOverdue, type ScheduleTurns } from '../../../workflows/contracts/run/overdue.ts';

export interface OverdueSchedule {
  /** Without the prefix, as commands take it: `drift/lab`. */
  readonly id: string;
  /** Wire name of the operation that it begins. */
  readonly type: string;
  /** ISO 8601; undefined: no run of it ever began. */
  readonly lastAt: string | undefined;
  readonly createdAt: string;
}

/** Since when runs are missed, for people. */
export const missedSince = ({ lastAt, createdAt }: OverdueSchedule): string =>
  lastAt === undefined ? `none began since ${createdAt}` : `the last began at ${lastAt}`;

/** @throws what Temporal answers */
export async function overdueSchedules(
  connection: Connection,
  namespace: string,
  now: number,
): Promise<OverdueSchedule[]> {
  const client = new ScheduleClient({ connection, namespace });
  const ids: string[] = [];
  for await (const { scheduleId } of client.list())
    if (scheduleId.startsWith(schedulePrefix)) ids.push(scheduleId);
  const described = await Promise.all(ids.map((id) => client.getHandle(id).describe()));
  return described.filter((schedule) => isOverdue(turnsOf(schedule), now)).map(overdueOf);
}

function turnsOf({ spec, state, info }: ScheduleDescription): ScheduleTurns {
  const last = info.recentActions.at(-1)?.takenAt.toISOString();
  return {
    isPaused: state.paused,
    everySeconds: Number(spec.intervals?.[0]?.every ?? 0) / 1000,
    jitterSeconds: Number(spec.jitter ?? 0) / 1000,
    createdAt: info.createdAt.toISOString(),
    ...(last !== undefined && { lastAt: last }),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
  };
}

function overdueOf(schedule: ScheduleDescription): OverdueSchedule {
  const { createdAt, lastAt } = turnsOf(schedule);
  const id = schedule.scheduleId.slice(schedulePrefix.length);
  return { id, type: schedule.action.workflowType, createdAt, lastAt };
}

// SPDX-License-Identifier: Apache-2.0
// Temporal's schedules as the command line needs them, by the SDK's client. Decides nothing about them.
import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleClient,
  type ScheduleDescription,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { ScheduleBook, ScheduleState, DesiredSchedule } from './schedule-client.ts';

/** Wraps a question: its deadline, and its silence as an error of ours. */
export type Ask = <T>(call: () => Promise<T>) => Promise<T>;

export class ScheduleService implements ScheduleBook {
  constructor(
    private readonly schedules: ScheduleClient,
    private readonly ask: Ask,
  ) {}

  async describe(id: string): Promise<ScheduleState | null> {
    try {
      return stateOf(await this.ask(() => this.schedules.getHandle(id).describe()));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return null;
      throw error;
    }
  }

  ids(prefix: string): Promise<string[]> {
    return this.ask(async () => {
      const ids: string[] = [];
      for await (const { scheduleId } of this.schedules.list())
        if (scheduleId.startsWith(prefix)) ids.push(scheduleId);
      return ids.sort();
    });
  }

  async create(desired: DesiredSchedule): Promise<void> {
    await this.ask(() => this.schedules.create({ scheduleId: desired.id, ...optionsOf(desired) }));
  }

  async update(desired: DesiredSchedule): Promise<void> {
    await this.ask(() =>
      this.schedules.getHandle(desired.id).update(({ state }): ScheduleUpdateOptions => {
        const { paused, note } = state;
        return { ...optionsOf(desired), state: { paused, ...(note !== undefined && { note }) } };
      }),
    );
  }

  async remove(id: string): Promise<void> {
    try {
      await this.ask(() => this.schedules.getHandle(id).delete());
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }

  async pause(id: string, note: string): Promise<void> {
    await this.ask(() => this.schedules.getHandle(id).pause(note));
  }

  async unpause(id: string, note: string): Promise<void> {
    await this.ask(() => this.schedules.getHandle(id).unpause(note));
  }

  async trigger(id: string): Promise<void> {
    await this.ask(() => this.schedules.getHandle(id).trigger(ScheduleOverlapPolicy.SKIP));
  }
}

function optionsOf(desired: DesiredSchedule) {
  return {
    spec: {
      intervals: [{ every: desired.everySeconds * 1000 }],
      jitter: desired.jitterSeconds * 1000,
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: desired.type,
      workflowId: desired.workflowId,
      taskQueue,
      args: [desired.input],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: desired.catchupSeconds * 1000 },
  };
}

function stateOf({ scheduleId, spec, action, policies, state, info }: ScheduleDescription): ScheduleState {
  const last = info.recentActions.at(-1);
  const next = info.nextActionTimes[0];
  return {
    id: scheduleId,
    type: action.workflowType,
    workflowId: action.workflowId,
    input: action.args?.[0],
    everySeconds: Number(spec.intervals?.[0]?.every ?? 0) / 1000,
    jitterSeconds: Number(spec.jitter ?? 0) / 1000,
    catchupSeconds: Number(policies.catchupWindow) / 1000,
    overlap: String(policies.overlap),
    isPaused: state.paused,
    createdAt: info.createdAt.toISOString(),
    note: state.note ?? '',
    ...(next !== undefined && !state.paused && { nextAt: next.toISOString() }),
    ...(last !== undefined && {
      lastAt: last.takenAt.toISOString(),
      lastRun: last.action.workflow.workflowId,
    }),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    skipped: info.numActionsSkippedOverlap,
  };
}

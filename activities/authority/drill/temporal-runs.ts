// SPDX-License-Identifier: Apache-2.0
// Runs of other operations, by the client that the worker lends to its activities. Cancels none.
import { activityInfo, getClient } from '@temporalio/activity';
import type { PartRun } from '../../../workflows/contracts/authority/drill.ts';
import { memoKey, taskQueue, type RunMemo } from '../../../workflows/contracts/run/messages.ts';
import { Detached } from '../../step-scope.ts';

export interface RunState {
  readonly runId: string;
  /** In Temporal's words: RUNNING, COMPLETED, FAILED, … */
  readonly status: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null until the run has shown itself. */
  readonly memo: RunMemo | null;
}

export interface Runs {
  /** Starts it, or returns the one of that id that runs. */
  start(run: PartRun): Promise<string>;
  /** The newest run of an id, or the one named; null when there is none. */
  describe(id: string, runId?: string): Promise<RunState | null>;
  /** True once somebody asked for the end of the run that this activity belongs to. */
  isEnding(): Promise<boolean>;
}

/** @throws Detached while Temporal is silent: the activity is tried again, and finds the run */
export function temporalRuns(): Runs {
  const { workflow } = getClient();
  const describe = (id: string, runId?: string): Promise<RunState | null> =>
    asked(async () => {
      const info = await workflow.getHandle(id, runId).describe();
      return {
        runId: info.runId,
        status: info.status.name,
        startedAt: info.startTime.toISOString(),
        endedAt: info.closeTime?.toISOString() ?? null,
        memo: (info.memo?.[memoKey] as RunMemo | undefined) ?? null,
      };
    }).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null;
      throw error;
    });
  return {
    describe,
    start: ({ type, id, input }) =>
      asked(async () => {
        const handle = await workflow.start(type, {
          workflowId: id,
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        });
        // Of a run that was there the handle knows no id.
        return (await handle.describe()).runId;
      }),
    isEnding: async () => {
      const own = activityInfo().workflowExecution;
      if (own === undefined) return false;
      return (await describe(own.workflowId, own.runId))?.memo?.phase === 'cancelling';
    },
  };
}

/** gRPC's numbers of what passes: cancelled, deadline exceeded, resource exhausted, unavailable. @source gRPC status codes */
const passing = [1, 4, 8, 14];

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    for (let each = error; each instanceof Error; each = each.cause)
      if (passing.includes((each as { code?: unknown }).code as number)) throw new Detached();
    throw error;
  }
}

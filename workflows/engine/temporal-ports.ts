// SPDX-License-Identifier: Apache-2.0
// The engine's ports, fulfilled by Temporal's workflow API. Holds no rule of the engine.
import {
  ActivityCancellationType,
  CancellationScope,
  type ActivityOptions,
  scheduleActivity,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import type { Progress } from '../contracts/run/progress.ts';
import type { EngineCall, EnginePorts } from '../ports/run/engine.ts';
import { activityTimes, unattendedSeconds } from './activity-profiles.ts';
import type { EventSerializer } from './event-serializer.ts';
import { UnattendedQueue } from '../ports/run/unattended-queue.ts';

/** `scope` is the run's root scope: its cancellation is the request to end. */
export function temporalPorts(scope: CancellationScope, publish: (progress: Progress) => void): EnginePorts {
  const cancelRequested = scope.cancelRequested.then(
    () => undefined,
    () => undefined,
  ) as Promise<void>;
  return {
    workflowId: workflowInfo().workflowId,
    activity: (call) =>
      call.cancellable ? schedule(call) : CancellationScope.nonCancellable(() => schedule(call)),
    sleep: async (seconds, summary) => {
      await sleep(seconds * 1000, { summary }).catch(() => undefined);
    },
    now: () => Date.now(),
    publish,
    cancelRequested,
  };
}

/** The same, each end let in by itself; the request to end waits its turn like everything else. */
export function orderedPorts(
  scope: CancellationScope,
  publish: (progress: Progress) => void,
  serializer: EventSerializer,
): EnginePorts {
  const open = new Set<CancellationScope>();
  let isEnding = false;
  const cancellable = async <T>(begin: () => Promise<T>): Promise<T> => {
    const own = new CancellationScope();
    open.add(own);
    if (isEnding) own.cancel();
    return serializer.admit(own.run(begin)).finally(() => open.delete(own));
  };
  const shielded = <T>(begin: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(begin);
  const base = temporalPorts(scope, publish);
  const cancelRequested = serializer.admit(base.cancelRequested).then(() => {
    isEnding = true;
    for (const each of open) each.cancel();
  });
  return {
    ...base,
    activity: (call) =>
      call.cancellable
        ? shielded(() => cancellable(() => schedule(call)))
        : serializer.admit(shielded(() => schedule(call))),
    sleep: async (seconds, summary) =>
      shielded(() => cancellable(() => sleep(seconds * 1000, { summary }))).catch(() => undefined),
    cancelRequested,
  };
}

function schedule(planned: EngineCall): Promise<unknown> {
  const { call, context } = planned;
  const args = context === null ? [call.args] : [call.args, context];
  const scheduled = scheduleActivity(call.activity, args, activityOptions(planned));
  return call.queue === undefined ? scheduled : scheduled.catch(unattended(call.queue));
}

/** Other errors pass as they are. */
export const unattended =
  (queue: string) =>
  (error: unknown): never => {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    const isUntaken = cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
    throw isUntaken ? new UnattendedQueue(queue) : error;
  };

/** Replay compares none of it but the id. */
export function activityOptions({ id, call, profile, summary }: EngineCall): ActivityOptions {
  const times = activityTimes[profile];
  return {
    activityId: id,
    summary,
    ...(call.queue !== undefined && {
      taskQueue: call.queue,
      scheduleToStartTimeout: unattendedSeconds * 1000,
    }),
    startToCloseTimeout: times.startToCloseSeconds * 1000,
    heartbeatTimeout: times.heartbeatSeconds * 1000,
    // A request for the end waits for the stop activities, not for observations.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '10 seconds' },
  };
}

// SPDX-License-Identifier: Apache-2.0
// The activity of a run that only looks: the engine decides, its looks are this worker's own activities. Applies nothing.
import { activityInfo, ApplicationFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import { asStepFailure } from '../activities/clients/failure.ts';
import { Detached, ending, lookingWithin, pause } from '../activities/step-scope.ts';
import type { Progress } from '../workflows/contracts/run/progress.ts';
import { activityTimes } from '../workflows/engine/activity-profiles.ts';
import { lookAtTable } from '../workflows/engine/report.ts';
import { memoOf } from '../workflows/engine/run-memo.ts';
import type { EngineCall, EnginePorts } from '../workflows/ports/run/engine.ts';
import type { OperationPort } from '../workflows/ports/run/operation.ts';
import type { ReportPort } from '../workflows/ports/run/report.ts';

type Activity = (args: unknown, context?: unknown) => Promise<unknown>;

/** `activities` by their names, as the worker registers them. */
export function reportActivity(activities: Pick<OperationPort, 'compile'>): ReportPort {
  const named = activities as unknown as Readonly<Record<string, Activity | undefined>>;
  return {
    report: async (input) => {
      const { table, nonce } = await activities.compile(input);
      const signal = cancellationSignal();
      const report = await beatingProgress((publish) =>
        lookAtTable(table, portsOf(named, signal, publish), nonce, 'pool'),
      ).then(
        ({ report: made }) => made,
        (error: unknown) => {
          if (signal.aborted) throw new Detached();
          // Repeated, it would fail again: Temporal must not try for ever.
          throw error instanceof ApplicationFailure ? error : ending(asStepFailure(error, table.subject));
        },
      );
      // What was cut short is no report; another worker begins anew, unless the run is to end.
      if (signal.aborted) throw new Detached();
      const { steps: _, ...rest } = table;
      return { table: rest, report };
    },
  };
}

/** Beats three times within the heartbeat time-out, each time with the memo of the run. */
async function beatingProgress<T>(work: (publish: (progress: Progress) => void) => Promise<T>): Promise<T> {
  let latest: Progress | null = null;
  const beat = (): void => heartbeat(latest === null ? undefined : memoOf(latest));
  beat();
  const timer = setInterval(beat, (activityInfo().heartbeatTimeoutMs ?? 9000) / 3);
  try {
    return await work((progress) => {
      latest = progress;
    });
  } finally {
    clearInterval(timer);
  }
}

function portsOf(
  activities: Readonly<Record<string, Activity | undefined>>,
  signal: AbortSignal,
  publish: (progress: Progress) => void,
): EnginePorts {
  return {
    workflowId: activityInfo().workflowExecution?.workflowId ?? '',
    activity: (call) => within(call, activities[call.call.activity], signal),
    sleep: (seconds) => pause(seconds * 1000),
    now: () => Date.now(),
    publish,
    // A report that is asked to end is cut short by its signal.
    cancelRequested: new Promise<void>(() => undefined),
  };
}

/** @throws Error when the look does not end in the time of its profile, as Temporal would have it */
function within(call: EngineCall, activity: Activity | undefined, outer: AbortSignal): Promise<unknown> {
  if (activity === undefined)
    return Promise.reject(new Error(`This worker has no activity ${call.call.activity}`));
  if (outer.aborted) return Promise.reject(new Detached());
  const { startToCloseSeconds } = activityTimes[call.profile];
  const timeout = AbortSignal.timeout(startToCloseSeconds * 1000);
  const signal = AbortSignal.any([outer, timeout]);
  return lookingWithin(
    signal,
    () =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () =>
          reject(outer.aborted ? new Detached() : new Error(`No answer in ${startToCloseSeconds} s`)),
        );
        activity(call.call.args, call.context ?? undefined).then(resolve, reject);
      }),
  );
}

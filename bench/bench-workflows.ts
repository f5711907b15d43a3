// SPDX-License-Identifier: Apache-2.0
// The two sides of the benchmark: the engine over a table, and a plain loop that calls the same activities.
import { ActivityCancellationType, scheduleActivity } from '@temporalio/workflow';
import { activityTimes } from '../workflows/engine/activity-profiles.ts';
import { operationWorkflow } from '../workflows/engine/operation.ts';

export default operationWorkflow([
  { type: 'EngineTable', slug: 'bench', kind: 'box', acts: 'changes', summary: 'run a table' },
]);

/** As the engine would call it, options included, so that only the engine's own work differs. */
function activity(name: string, id: string): Promise<unknown> {
  const { startToCloseSeconds, heartbeatSeconds } = activityTimes.change;
  return scheduleActivity(name, [{}], {
    activityId: id,
    summary: id,
    startToCloseTimeout: startToCloseSeconds * 1000,
    heartbeatTimeout: heartbeatSeconds * 1000,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
}

/** Three activities per step, `limit` steps side by side. */
export async function PlainLoop(input: { readonly steps: number; readonly limit: number }): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < input.steps) {
      const step = next++;
      await activity('observe', `step-${step}/observe/1`);
      await activity('apply', `step-${step}/apply/1`);
      await activity('observe', `step-${step}/verify/1`);
    }
  };
  await Promise.all(Array.from({ length: input.limit }, lane));
}

// SPDX-License-Identifier: Apache-2.0
// Asks Temporal whether it answers, and whether the worker polls: a process can live and do nothing. Starts and stops nothing.
import type { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { connectionSettings } from '../temporal/connection-settings.ts';
import { withConnection } from '../temporal/service.ts';
import type { SuperviseSettings } from '../supervise-settings.ts';
import { findWorker } from '../worker-process.ts';
import type { Signs } from './pulse.ts';

/** @source a busy server answers within a second; the watch asks again before it acts */
const answerSecondsMax = 20;

/** Never throws. A Temporal that is configured elsewhere is not ours to judge, and neither is a worker that has to wait for it. */
export async function signsOfLife({ environment, stateDirectory }: SuperviseSettings): Promise<Signs> {
  let isOurs = false;
  try {
    const connection = await connectionSettings({ ...environment }, stateDirectory);
    isOurs = connection.mode === 'embedded';
    const identity = (await findWorker(stateDirectory))?.ready?.identity;
    return await withConnection(connection.connectionOptions, async (opened) => {
      const temporal = isOurs ? { temporal: new Date().toISOString() } : {};
      if (identity === undefined) return temporal;
      return { ...temporal, worker: await newestPoll(opened, connection.namespace, identity) };
    });
  } catch {
    return isOurs ? { temporal: null } : {};
  }
}

/** When the worker began to ask for tasks of workflows last, by Temporal's clock; null without any poll of the last minutes. */
export async function newestPoll(
  connection: Connection,
  namespace: string,
  identity: string,
): Promise<string | null> {
  const { pollers } = await connection.withDeadline(Date.now() + answerSecondsMax * 1000, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    }),
  );
  const times = pollers
    .filter((poller) => poller.identity === identity)
    .map(({ lastAccessTime }) => `${String(lastAccessTime?.seconds)}.${lastAccessTime?.nanos ?? 0}`);
  return times.sort().at(-1) ?? null;
}

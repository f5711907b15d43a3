// SPDX-License-Identifier: Apache-2.0
// One look at a run: what Temporal says of it, and its progress from the best source that answers.
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { CliError } from '../terminal/cli-error.ts';
import { progressOfMemo } from './progress-sources.ts';
import { progressOfActivities } from './step-history.ts';
import type { RunDescription, TemporalClient } from '../temporal/temporal-client.ts';

export interface Look {
  readonly run: RunDescription;
  readonly progress: Progress | null;
  /** What keeps the run or this look from going on, for people. */
  readonly note: string | null;
}

export const noWorkerNote = `no worker on queue ${taskQueue}`;

/** A first workflow task takes milliseconds; later than this nobody is there to do it, seconds. */
const firstTaskSeconds = 10;

/** Query, else memo, else history. @throws CliError when there is no such run; TemporalUnreachable */
export async function lookAt(
  client: TemporalClient,
  run: { readonly id: string; readonly runId?: string },
  last: Look | null,
  now: number,
): Promise<Look> {
  const described = await client.describe(run.id, run.runId);
  if (described === null)
    throw new CliError('usage', `There is no run ${run.id}`, { next: 'holdfast op list' });
  // A run that ended with a result carries its last progress in it: no worker has to replay it.
  const isTold = described.status === 'completed' || described.status === 'failed';
  const answer = isTold
    ? ({ kind: 'unasked' } as const)
    : await client.progressOf(described.id, described.runId);
  if (answer.kind === 'progress')
    return { run: described, progress: withTold(answer.progress, described), note: retryingNote(described) };
  const isOverdue = now - Date.parse(described.startedAt) > firstTaskSeconds * 1000;
  const isUnserved =
    answer.kind === 'no-worker' || (answer.kind === 'none' && described.memo === undefined && isOverdue);
  const note = isUnserved && described.status === 'running' ? noWorkerNote : retryingNote(described);
  const fromMemo = progressOfMemo(described, last?.progress ?? null);
  if (fromMemo !== null || last?.progress)
    return { run: described, progress: fromMemo ?? last?.progress ?? null, note };
  return { run: described, progress: await fromHistory(client, described), note };
}

function retryingNote({ status, retrying }: RunDescription): string | null {
  if (status !== 'running' || retrying === undefined) return null;
  return `${retrying.id} fails again and again: ${retrying.failure}`;
}

/** A step whose change goes on shows what that tells. */
function withTold(progress: Progress, { told = {} }: RunDescription): Progress {
  const byStep = new Map(Object.entries(told).map(([id, text]) => [/^(.+)\/apply\//.exec(id)?.[1], text]));
  const steps = progress.steps.map((step) => {
    const detail = step.status === 'applying' ? byStep.get(step.id) : undefined;
    return detail === undefined ? step : { ...step, detail };
  });
  return { ...progress, steps };
}

async function fromHistory(client: TemporalClient, run: RunDescription): Promise<Progress | null> {
  return progressOfActivities(run, await client.activitiesOf(run.id, run.runId));
}

// SPDX-License-Identifier: Apache-2.0
// Tells steps from a run's recorded activities: their table, their state, each try with its time. Pure.
import type { Compiled } from '../../workflows/contracts/run/messages.ts';
import type { ApplyResult, Difference, ObserveResult } from '../../workflows/contracts/run/observation.ts';
import type { Progress, StepProgress, StepStatus } from '../../workflows/contracts/run/progress.ts';
import type { StepFailure } from '../../workflows/contracts/run/errors.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import type { ActivityRecord, RunDescription } from '../temporal/temporal-client.ts';

/** One activity of a step, as a person reads it. */
export interface StepActivity {
  readonly phase: string;
  readonly n: string;
  readonly scheduledAt: string;
  readonly endedAt?: string;
  readonly attempts: number;
  /** `same`, `differs (3)`, `applied`, `failed`, `running` … */
  readonly outcome: string;
  /** At most 50, of a look. */
  readonly differences?: readonly Difference[];
  readonly failure?: StepFailure;
  readonly error?: string;
}

/** The table a run recorded, or null while it compiles. */
export function tableOf(activities: readonly ActivityRecord[]): CompiledTable | null {
  const compiled = activities.find(({ id }) => id.startsWith('compile/'))?.result as Compiled | undefined;
  return compiled?.table ?? null;
}

/** The activities of one step, in order. */
export function activitiesOfStep(activities: readonly ActivityRecord[], step: string): StepActivity[] {
  return activities.flatMap((record) => {
    const [phase = '', n = ''] = record.id.startsWith(`${step}/`)
      ? record.id.slice(step.length + 1).split('/')
      : [];
    return phase === '' || n === '' ? [] : [stepActivity(record, phase, n)];
  });
}

/** Progress as far as the history alone tells it; null while the run has no table. */
export function progressOfActivities(
  run: RunDescription,
  activities: readonly ActivityRecord[],
): Progress | null {
  const table = tableOf(activities);
  if (table === null) return null;
  return {
    operation: table.operation,
    subject: table.subject,
    phase: run.status === 'running' ? 'running' : run.status === 'completed' ? 'done' : 'failed',
    needsHuman: false,
    startedAt: run.startedAt,
    ...(run.closedAt !== undefined && { endedAt: run.closedAt }),
    steps: table.steps.map(({ id, title, skippable }) => ({
      id,
      title,
      skippable,
      ...stateOfStep(activitiesOfStep(activities, id)),
    })),
    inputDigest: table.inputDigest,
  };
}

function stateOfStep(activities: readonly StepActivity[]): Omit<StepProgress, 'id' | 'title' | 'skippable'> {
  const occurrence = activities.filter(({ phase }) => phase === 'observe').length;
  const last = activities.at(-1);
  const base = { occurrence, tries: occurrence };
  if (last === undefined) return { ...base, status: 'pending' };
  return {
    ...base,
    status: statusOf(last, activities),
    startedAt: activities[0]?.scheduledAt ?? last.scheduledAt,
    ...(last.endedAt !== undefined && { endedAt: last.endedAt }),
    ...(last.failure !== undefined && { failure: last.failure }),
  };
}

function statusOf(last: StepActivity, all: readonly StepActivity[]): StepStatus {
  const running: Readonly<Record<string, StepStatus>> = { apply: 'applying', verify: 'verifying' };
  if (last.endedAt === undefined) return running[last.phase] ?? 'observing';
  if (last.failure !== undefined || last.error !== undefined) return 'waiting';
  if (last.outcome === 'same') return all.some(({ phase }) => phase === 'apply') ? 'changed' : 'same';
  return last.phase === 'apply' ? 'verifying' : 'observing';
}

function stepActivity(record: ActivityRecord, phase: string, n: string): StepActivity {
  const { scheduledAt, endedAt, attempts, failure: error } = record;
  const failure = failureOf(record.result);
  const { differences } = (record.result ?? {}) as { differences?: readonly Difference[] };
  return {
    phase,
    n,
    scheduledAt,
    attempts,
    outcome: outcomeOf(record),
    ...(endedAt !== undefined && { endedAt }),
    ...(differences !== undefined && differences.length > 0 && { differences }),
    ...(failure !== undefined && { failure }),
    ...(error !== undefined && { error }),
  };
}

function outcomeOf({ result, failure, endedAt }: ActivityRecord): string {
  if (endedAt === undefined) return 'running';
  if (failure !== undefined) return 'no result';
  const answer = result as Partial<ObserveResult & ApplyResult> | null | undefined;
  if (answer?.verdict === 'differs') return `differs (${(answer as { count?: number }).count ?? '?'})`;
  return answer?.verdict ?? answer?.outcome ?? 'ended';
}

function failureOf(result: unknown): StepFailure | undefined {
  return (result as { failure?: StepFailure } | null | undefined)?.failure;
}

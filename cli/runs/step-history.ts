// SPDX-License-Identifier: Apache-2.0
// Tells steps from a run's recorded activities: their table, their state, each try with its time. Pure.
import { reportActivityId, type Compiled, type Reported } from '../../workflows/contracts/run/messages.ts';
import type { ApplyResult, Difference, ObserveResult } from '../../workflows/contracts/run/observation.ts';
import type {
  Progress,
  Report,
  ReportStep,
  StepProgress,
  StepStatus,
} from '../../workflows/contracts/run/progress.ts';
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
function tableOf(activities: readonly ActivityRecord[]): CompiledTable | null {
  const compiled = activities.find(({ id }) => id.startsWith('compile/'))?.result as Compiled | undefined;
  return compiled?.table ?? null;
}

/** Subject and input of a run, as it recorded them; null while it compiles. */
export function recordedInput(
  activities: readonly ActivityRecord[],
): Pick<CompiledTable, 'subject' | 'inputDigest'> | null {
  return tableOf(activities) ?? reportedBy(activities)?.table ?? null;
}

export interface RecordedStep {
  readonly id: string;
  readonly title: string;
  /** Not told by a report of a step that is as wanted. */
  readonly after?: readonly string[];
  /** In order. */
  readonly activities: readonly StepActivity[];
}

/** The steps of a run with what was done of each; none while it compiles, or while an activity looks at all of them. */
export function recordedSteps(activities: readonly ActivityRecord[]): RecordedStep[] {
  const reported = reportedBy(activities);
  if (reported !== null) return reported.report.steps.map((step) => lookedAt(step, reported.report));
  return (tableOf(activities)?.steps ?? []).map(({ id, title, after }) => ({
    id,
    title,
    after,
    activities: activitiesOfStep(activities, id),
  }));
}

function reportedBy(activities: readonly ActivityRecord[]): Reported | null {
  return (activities.find(({ id }) => id === reportActivityId)?.result as Reported | undefined) ?? null;
}

/** A look inside a report, as if it had been an activity of its own. */
function lookedAt(step: ReportStep, { startedAt = '' }: Report): RecordedStep {
  const { id, title, looked } = step;
  const told = step.verdict === 'same' ? { id, title } : { id, title, after: step.after };
  if (looked === undefined) return { ...told, activities: [] };
  const instant = (after: number): string => new Date(Date.parse(startedAt) + after).toISOString();
  const [begun, ended] = looked;
  const times = { scheduledAt: instant(begun), endedAt: instant(ended) };
  const record = { id: `${id}/observe/1`, type: 'report', ...times, attempts: 1, result: resultOf(step) };
  return { ...told, activities: activitiesOfStep([record], id) };
}

/** What the look was told, in the words of its activity. */
function resultOf(step: ReportStep): unknown {
  if (step.verdict === 'same') return { verdict: 'same' };
  const { count, differences, failure } = step;
  return step.verdict === 'differs'
    ? { verdict: 'differs', count, differences }
    : { verdict: 'failed', failure };
}

/** The activities of one step, in order. */
function activitiesOfStep(activities: readonly ActivityRecord[], step: string): StepActivity[] {
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

// SPDX-License-Identifier: Apache-2.0
// Gathers all that is known of a run into one document: steps with tries and waits, differences, answers, evidence. Pure.
import type { StepFailure } from '../../workflows/contracts/run/errors.ts';
import type { Evidence } from '../../workflows/contracts/box/evidence.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import {
  recapOf,
  type Recap,
  type Report,
  type StepProgress,
  type StepStatus,
  waitsForPerson,
} from '../../workflows/contracts/run/progress.ts';
import type { Look } from '../runs/look.ts';
import type { Outcome } from '../runs/outcome.ts';
import { recordedInput, recordedSteps, type RecordedStep, type StepActivity } from '../runs/step-history.ts';
import type { ReportedSpec } from './run-spec.ts';
import { spansOf, type Span } from './step-spans.ts';
import type { ActivityRecord, AnswerRecord } from '../temporal/temporal-client.ts';

/** Raised when a promised field changes its meaning; new fields do not count. */
const reportSchemaVersion = 1;

export interface ReportedStep {
  readonly id: string;
  readonly title: string;
  /** Not told by a report of a step that is as wanted. */
  readonly after?: readonly string[];
  readonly status: StepStatus;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly tries: number;
  /** What the step did and waited for, in order. */
  readonly spans: readonly Span[];
  readonly activities: readonly StepActivity[];
  /** What differed at the look before each change. */
  readonly applied: readonly Difference[];
  /** What differs at the last look of a run that only looks. */
  readonly differs: readonly Difference[];
  readonly failure?: StepFailure;
  /** What its change said of itself last. */
  readonly detail?: string;
}

export interface RunReport {
  readonly schemaVersion: number;
  readonly writtenAt: string;
  readonly id: string;
  readonly runId: string;
  readonly workflow: string;
  readonly subject: string;
  readonly looks: boolean;
  readonly status: string;
  readonly phase: string;
  /** Of a run that only looks. */
  readonly result?: Report['result'];
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly inputDigest?: string;
  readonly recap: Recap;
  readonly failure?: StepFailure;
  readonly nextCommand?: string;
  readonly steps: readonly ReportedStep[];
  readonly answers: readonly AnswerRecord[];
  readonly evidence: Evidence | null;
  /** Of a run that works by a recorded spec. */
  readonly spec?: ReportedSpec;
}

export interface ReportSources {
  readonly look: Look;
  /** Null while the run goes on. */
  readonly outcome: Outcome | null;
  readonly looks: boolean;
  readonly activities: readonly ActivityRecord[];
  readonly answers: readonly AnswerRecord[];
  readonly evidence: Evidence | null;
  readonly spec: ReportedSpec | null;
  readonly now: number;
}

export function runReport(sources: ReportSources): RunReport {
  const { look, outcome, looks, answers, evidence, spec, now } = sources;
  const { run } = look;
  const progress = outcome?.progress ?? look.progress;
  const table = recordedInput(sources.activities);
  const failure = outcome?.failure ?? progress?.failure;
  const nextCommand = outcome?.nextCommand ?? progress?.nextCommand;
  const states = new Map(progress?.steps.map((step) => [step.id, step]));
  return {
    schemaVersion: reportSchemaVersion,
    writtenAt: new Date(now).toISOString(),
    id: run.id,
    runId: run.runId,
    workflow: run.type,
    looks,
    status: run.status,
    subject: table?.subject ?? progress?.subject ?? '',
    phase: progress?.phase ?? (run.status === 'running' ? 'compiling' : run.status),
    ...(outcome?.report !== undefined && { result: outcome.report.result }),
    startedAt: run.startedAt,
    ...(run.closedAt !== undefined && { endedAt: run.closedAt }),
    ...(table !== null && { inputDigest: table.inputDigest }),
    recap: recapOf(progress?.steps ?? []),
    ...(failure !== undefined && { failure }),
    ...(nextCommand !== undefined && { nextCommand }),
    steps: recordedSteps(sources.activities).map((step) => reportedStep(step, states.get(step.id), sources)),
    answers,
    evidence,
    ...(spec !== null && { spec }),
  };
}

function reportedStep(
  { id, title, after, activities: own }: RecordedStep,
  state: StepProgress | undefined,
  { answers, looks, now, look }: ReportSources,
): ReportedStep {
  const ends = own.at(-1)?.endedAt ?? state?.endedAt;
  const until = look.run.closedAt === undefined ? now : Date.parse(look.run.closedAt);
  const isOpen = !looks && state !== undefined && (state.status === 'waiting' || waitsForPerson(state));
  return {
    id,
    title,
    ...(after !== undefined && { after }),
    status: state?.status ?? 'pending',
    ...(own[0] !== undefined && { startedAt: own[0].scheduledAt }),
    ...(ends !== undefined && { endedAt: ends }),
    tries: own.filter(({ phase }) => phase === 'apply').length,
    spans: spansOf(
      own,
      answers.filter((answer) => answer.step === id),
      isOpen ? { kind: state.status === 'waiting' ? 'wait' : 'parked', until } : null,
      until,
    ),
    activities: own,
    applied: looks ? [] : differencesApplied(own),
    differs: looks ? (own.at(-1)?.differences ?? []) : [],
    ...(state?.failure !== undefined && { failure: state.failure }),
    ...(state?.detail !== undefined && { detail: state.detail }),
  };
}

/** What was seen just before a change that came to its end; a try that failed and was repeated counts once. */
function differencesApplied(activities: readonly StepActivity[]): Difference[] {
  const seen = new Map<string, Difference>();
  activities.forEach((activity, index) => {
    if (activity.phase !== 'apply' || activity.outcome !== 'applied') return;
    const look = activities.slice(0, index).findLast(({ phase }) => phase === 'observe');
    for (const difference of look?.differences ?? []) seen.set(JSON.stringify(difference), difference);
  });
  return [...seen.values()];
}

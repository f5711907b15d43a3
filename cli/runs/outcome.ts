// SPDX-License-Identifier: Apache-2.0
// How a watched run stands when watching ends: done, failed, parked, left. Prints nothing.
import { errorKinds, isErrorCode, type StepFailure } from '../../workflows/contracts/run/errors.ts';
import {
  progressOfReport,
  waitsForPerson,
  type Progress,
  type Report,
} from '../../workflows/contracts/run/progress.ts';
import { exitCodeOfError, exitCodes } from '../terminal/exit-codes.ts';
import type { Look } from './look.ts';
import type { CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import { isObserving, operations } from '../../workflows/operations/index.ts';
import { isActive } from '../views/live/marks.ts';
import { namesOf } from './progress-sources.ts';
import { startAgainCommand } from './start-again.ts';
import type { RunEnd, TemporalClient } from '../temporal/temporal-client.ts';

export interface Outcome {
  readonly kind: 'done' | 'failed' | 'cancelled' | 'terminated' | 'parked' | 'left';
  readonly exitCode: number;
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly progress: Progress | null;
  readonly failure?: StepFailure;
  /** Of a run that only looks. */
  readonly report?: Report;
  /** Of a canary. */
  readonly canaryRun?: CanaryRun;
  readonly nextCommand?: string;
}

/** True once the run waits for a person and nothing of it runs. */
export function isParked({ run, progress }: Look): boolean {
  if (run.status !== 'running' || progress?.phase !== 'needs-operator') return false;
  return progress.steps.some(waitsForPerson);
}

export function parkedOutcome(look: Look): Outcome {
  const { progress } = look;
  const failure = progress?.failure ?? progress?.steps.find(waitsForPerson)?.failure;
  return {
    ...outcomeBase(look),
    kind: 'parked',
    exitCode: exitCodes.parked.code,
    ...(failure !== undefined && { failure }),
    ...(progress?.nextCommand !== undefined && { nextCommand: progress.nextCommand }),
  };
}

/** Watching ended before the run did. */
export function leftOutcome(look: Look | null, id: string, startedAt: string): Outcome {
  const base = look === null ? { id, startedAt, progress: null } : outcomeBase(look);
  return { ...base, kind: 'left', exitCode: exitCodes.running.code, nextCommand: `holdfast op watch ${id}` };
}

/** The end of a run that is closed, with the command that starts it again where it did not end well. @throws TemporalUnreachable */
export async function closedOutcome(client: TemporalClient, look: Look): Promise<Outcome> {
  const outcome = await endedOutcome(client, look);
  if (outcome.kind === 'done') return outcome;
  const input = await client.inputOf(look.run.id, look.run.runId);
  const nextCommand = startAgainCommand(look.run.id, input, outcome.progress);
  return nextCommand === null ? outcome : { ...outcome, nextCommand };
}

async function endedOutcome(client: TemporalClient, look: Look): Promise<Outcome> {
  const end = await client.endOf(look.run.id, look.run.runId);
  const base = outcomeBase(look);
  if (end.kind === 'completed') {
    const done = { ...base, kind: 'done', exitCode: exitCodes.done.code } as const;
    if (look.run.type === operations.canary.type) return canaryOutcome(base, end.value);
    const report = isObserving(look.run.type) ? reportIn(end.value) : null;
    if (report !== null) return reportOutcome(done, look, report);
    return { ...done, progress: progressIn(end.value) ?? base.progress };
  }
  if (end.kind === 'failed') return failedOutcome(look, end);
  const kind = end.kind === 'cancelled' ? 'cancelled' : 'terminated';
  const progress = base.progress === null ? null : stoppedProgress(base.progress, look);
  const failure: StepFailure = base.progress?.failure ?? {
    code: 'Cancelled',
    message:
      kind === 'cancelled'
        ? `${look.run.id} was cancelled`
        : `${look.run.id} was ended from outside: ${end.message}`,
    on: namesOf(look.run.id).subject,
    hint: errorKinds.Cancelled.hint,
  };
  return { ...base, progress, kind, failure, exitCode: exitCodes.failed.code };
}

/** What a report says of its steps is more than the memo keeps. */
function reportOutcome(done: Omit<Outcome, 'report'>, { run }: Look, report: Report): Outcome {
  const { operation, subject, inputDigest, observedAt } = report;
  const steps = progressOfReport(report);
  const { startedAt } = run;
  const base = { operation, subject, startedAt, endedAt: observedAt, inputDigest, steps };
  const progress: Progress = { ...base, phase: 'done', needsHuman: done.progress?.needsHuman ?? false };
  return { ...done, progress, report };
}

/** Of a run that was cut off nobody wrote a last progress: what it was at is stopped. */
function stoppedProgress(progress: Progress, { run }: Look): Progress {
  const steps = progress.steps.map((step) =>
    isActive(step.status) || waitsForPerson(step) ? { ...step, status: 'stopped' as const } : step,
  );
  const { nextCommand: _, ...rest } = progress;
  const phase = run.status === 'cancelled' ? 'cancelled' : 'aborted';
  return { ...rest, steps, phase, needsHuman: false };
}

/** A run that ended well, with a canary run that may not have; one that could not begin has no checks to show. */
function canaryOutcome(base: ReturnType<typeof outcomeBase>, value: unknown): Outcome {
  const { result, failure, phases } = (value ?? {}) as Partial<CanaryRun>;
  const canaryRun = Array.isArray(phases) ? (value as CanaryRun) : undefined;
  const isGood = result === 'good' || result === 'busy';
  const exit = isGood ? exitCodes.done : exitCodes.failed;
  return {
    ...base,
    kind: isGood ? 'done' : 'failed',
    exitCode: exit.code,
    ...(canaryRun !== undefined && { canaryRun }),
    ...(failure !== undefined && { failure }),
  };
}

function failedOutcome(look: Look, end: RunEnd & { kind: 'failed' }): Outcome {
  const code = isErrorCode(end.code) ? end.code : 'Invariant';
  const progress = end.details.map(progressIn).find((found) => found !== null) ?? look.progress;
  const failure = progress?.failure ??
    end.details.map(failureIn).find((found) => found !== null) ?? {
      code,
      message: end.message,
      on: namesOf(look.run.id).subject,
      hint: errorKinds[code].hint,
    };
  return { ...outcomeBase(look), kind: 'failed', exitCode: exitCodeOfError(code), progress, failure };
}

function outcomeBase({ run, progress }: Look) {
  return {
    id: run.id,
    startedAt: run.startedAt,
    ...(run.closedAt !== undefined && { endedAt: run.closedAt }),
    progress,
  };
}

/** What an activity outside the steps ended the run with. */
function failureIn(value: unknown): StepFailure | null {
  const { failure } = (value ?? {}) as { failure?: Partial<StepFailure> };
  return typeof failure?.message === 'string' && isErrorCode(failure.code) ? (failure as StepFailure) : null;
}

/** Null for what another release wrote. */
function reportIn(value: unknown): Report | null {
  const { operation, steps } = (value ?? {}) as Partial<Report>;
  if (typeof operation !== 'string' || !Array.isArray(steps)) return null;
  const report = value as Report;
  const isWhole = report.steps.every((step) => step.verdict === 'same' || Array.isArray(step.differences));
  return isWhole ? report : null;
}

function progressIn(value: unknown): Progress | null {
  const candidate = value as Partial<Progress> | null | undefined;
  return typeof candidate?.phase === 'string' && Array.isArray(candidate.steps)
    ? (candidate as Progress)
    : null;
}

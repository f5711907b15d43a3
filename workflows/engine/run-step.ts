// SPDX-License-Identifier: Apache-2.0
// Carries one step from pending to an end: look, apply, look again, another occurrence. Never looks at other steps' order.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { Observed } from '../contracts/run/observation.ts';
import type { EnginePorts, EngineRules } from '../ports/run/engine.ts';
import { backoffSeconds, silenceLimit } from './activity-profiles.ts';
import { differencesText } from '../contracts/run/failed-result.ts';
import { closedGate } from './gate.ts';
import { openRequest } from './question.ts';
import { countNoSilence, endSilence, isSilence, isSilentForTooLong, silencePauseSeconds } from './silence.ts';
import type { StepActivities } from './step-activities.ts';
import type { StepState, TableState } from './table-state.ts';

export interface StepRun {
  readonly state: TableState;
  readonly ports: EnginePorts;
  readonly activities: StepActivities;
  readonly rules: EngineRules;
  /** True once no further activity but stop may begin. */
  isEnding(): boolean;
}

/** Runs one occurrence after another until the step is done, awaiting, parked, failed, stopped, or pending behind an ancestor. */
export async function runStep(run: StepRun, step: StepState): Promise<void> {
  step.startedAt = run.ports.now();
  delete step.endedAt;
  for (;;) {
    step.occurrence += 1;
    step.tries += 1;
    const failure = await runOccurrence(run, step);
    if (failure === null) return;
    if (run.isEnding()) {
      // Its activity was ended with it, or the batch after the last was refused.
      const isRefused = step.step.cancel === 'batch' && failure.code === 'Conflict';
      const isOurs = failure.code === 'Invariant' || isRefused;
      return finish(run, step, 'stopped', isOurs ? endedEarly(step) : failure);
    }
    if (isAwaited(step, failure)) return awaitPerson(run, step, failure);
    if (isSilentForTooLong(run, step, failure)) return giveUp(run, step, failure);
    if (isSilence(failure) && step.silences < silenceLimit) {
      step.tries -= 1;
      step.silences += 1;
      await pause(run, step, failure, silencePauseSeconds(run, step));
      step.lookBack = true;
      return set(run, step, run.isEnding() ? 'stopped' : 'pending');
    }
    step.silences = 0;
    const mayTryAgain = errorKinds[failure.code].again !== 'never' && step.step.apply !== null;
    if (!mayTryAgain || step.tries >= step.step.tries) return giveUp(run, step, failure);
    await pause(run, step, failure, backoffSeconds(step.tries));
    if (run.isEnding()) return finish(run, step, 'stopped', failure);
  }
}

/** Returns the failure of this occurrence, or null when the step is done. */
async function runOccurrence(run: StepRun, step: StepState): Promise<StepFailure | null> {
  set(run, step, 'observing');
  const before = await run.activities.observe(step, 'observe');
  if (before.verdict === 'failed') return before.failure;
  endSilence(run, step, 'observation');
  step.differences = before.count;
  step.seen = before.differences;
  if (before.verdict === 'same') return done(run, step, 'same');
  const request = openRequest(step, before);
  if (request !== null) return request;
  if (step.step.apply === null) return notMet(step, before);
  if (run.isEnding()) return endedEarly(step);

  const closed = closedGate(step, before, run.ports.now(), run.state.table.requestedBy);
  if (closed !== null) return closed;
  set(run, step, 'applying');
  const appliedAt = run.ports.now();
  const applied = await run.activities.apply(step);
  countNoSilence(step, run.ports.now() - appliedAt);
  if (applied.outcome === 'failed') return applied.failure;
  endSilence(run, step, 'change');
  if (applied.detail !== undefined) step.detail = applied.detail;
  if (run.isEnding()) return endedEarly(step);

  set(run, step, 'verifying');
  const after = await run.activities.observe(step, 'verify');
  if (after.verdict === 'failed') return after.failure;
  return after.verdict === 'same' ? done(run, step, 'changed') : disagrees(step, after);
}

/** A host that is silent when such a step is observed is a person's to bring back as well. */
function isAwaited({ step, status }: StepState, { code }: StepFailure): boolean {
  if (step.awaits === undefined) return false;
  return code === 'NeedsOperator' || (code === 'Unreachable' && status === 'observing');
}

/** No failure of the step: no try is counted. */
function awaitPerson(run: StepRun, step: StepState, failure: StepFailure): void {
  step.tries -= 1;
  step.silences = 0;
  delete step.silence;
  step.failure = failure;
  set(run, step, 'awaiting');
}

/**
 * A precondition, a step without a change, that is not met ends the run. One that cannot be seen because its host went silent
 * says nothing: a run that has changed something by then waits for the host.
 */
function giveUp(run: StepRun, step: StepState, failure: StepFailure): void {
  const waits = failure.code === 'NeedsApproval' || failure.code === 'NeedsOperator';
  const isUnseen = failure.code === 'Unreachable' && step.step.apply === null;
  const hasChanged = run.state.steps.some(({ begun }) => begun['apply'] !== undefined);
  const parks = step.step.onFailure === 'park' || waits || (isUnseen && hasChanged);
  finish(run, step, parks ? 'parked' : 'failed', failure);
}

async function pause(run: StepRun, step: StepState, failure: StepFailure, seconds: number): Promise<void> {
  step.failure = failure;
  set(run, step, 'waiting');
  await run.ports.sleep(seconds, `${step.step.id}: next try`);
}

function set(run: StepRun, step: StepState, status: StepState['status']): void {
  step.status = status;
  run.state.touch();
}

function done(run: StepRun, step: StepState, status: 'same' | 'changed'): null {
  // A step that was changed in this run stays `changed` when it is only looked at again.
  step.status = status === 'same' && step.begun['apply'] !== undefined ? 'changed' : status;
  step.endedAt = run.ports.now();
  step.silences = 0;
  delete step.silence;
  delete step.failure;
  delete step.isUnderApproval;
  run.state.touch();
  return null;
}

function finish(
  run: StepRun,
  step: StepState,
  status: 'parked' | 'failed' | 'stopped',
  failure: StepFailure,
): void {
  step.failure = failure;
  step.endedAt = run.ports.now();
  delete step.silence;
  set(run, step, status);
}

function notMet(step: StepState, observed: Observed): StepFailure {
  return {
    code: 'PreconditionFailed',
    message: `${step.step.title}: ${observed.count} not met`,
    on: step.step.id,
    cause: differencesText(observed),
    hint: errorKinds.PreconditionFailed.hint,
  };
}

function disagrees(step: StepState, observed: Observed): StepFailure {
  return {
    code: 'VerifyFailed',
    message: `${step.step.title}: still ${observed.count} different after the change and ${step.step.settleSeconds} s`,
    on: step.step.id,
    cause: differencesText(observed),
    hint: errorKinds.VerifyFailed.hint,
  };
}

function endedEarly(step: StepState): StepFailure {
  return {
    code: 'Cancelled',
    message: `${step.step.title}: ended before it was done`,
    on: step.step.id,
    hint: errorKinds.Cancelled.hint,
  };
}

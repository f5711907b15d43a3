// SPDX-License-Identifier: Apache-2.0
// Whether a step has to wait for a person, and the answer it was given. Starts nothing.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { Observed } from '../contracts/run/observation.ts';
import type { ResolveStep } from '../contracts/run/resolve-step.ts';
import { differencesText } from '../contracts/run/failed-result.ts';
import type { StepState } from './table-state.ts';

/**
 * Null when the step needs no person, or has the answers to begin its change. What no step makes true is asked for
 * until it is.
 */
export function openRequest(state: StepState, seen: Observed): StepFailure | null {
  const { question, awaits, apply, id, title } = state.step;
  if (question === undefined && awaits === undefined) return null;
  if (apply !== null && state.answer !== undefined) return null;
  return {
    code: 'NeedsOperator',
    message: `${title}: ${question?.text ?? 'a person has to see to it'}`,
    on: id,
    cause: differencesText(seen),
    hint: errorKinds.NeedsOperator.hint,
  };
}

/** Keeps what was said for every activity of the step from now on, until it is said anew. */
export function takeAnswer(state: StepState, { data = {}, actor, reason }: ResolveStep, now: number): void {
  state.answer = { data, actor, reason, at: new Date(now).toISOString() };
  // Who approved the change saw it with another answer.
  delete state.approval;
  delete state.approvals;
  delete state.isUnderApproval;
}

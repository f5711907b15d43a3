// SPDX-License-Identifier: Apache-2.0
// How long a host or a service may be silent before its step gives up. Starts nothing.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { EnginePorts, EngineRules } from '../ports/run/engine.ts';
import type { StepState, TableState } from './table-state.ts';

interface SilentRun {
  readonly state: TableState;
  readonly ports: Pick<EnginePorts, 'now'>;
  readonly rules: EngineRules;
}

export function isSilence(failure: StepFailure): boolean {
  return failure.lost === true || errorKinds[failure.code].again === 'free';
}

/**
 * True once a step met nothing but silence for as long as its table allows: a silent host holds up the lease that its repair
 * needs. A command that was lost is no silence.
 */
export function isSilentForTooLong(
  { state, ports }: SilentRun,
  step: StepState,
  failure: StepFailure,
): boolean {
  if (failure.code !== 'Unreachable' || failure.lost === true) return false;
  const limit = state.table.unreachableSeconds;
  if (limit === undefined) return false;
  const now = ports.now();
  const of = step.status === 'applying' ? 'change' : 'observation';
  step.silence = { of, since: step.silence?.since ?? now };
  return now - step.silence.since >= limit * 1000;
}

/** An observation that was answered ends the silence of observations; that of changes lasts until one succeeds. */
export function endSilence({ rules }: SilentRun, step: StepState, of: 'observation' | 'change'): void {
  if (of === 'change' || step.silence?.of === 'observation' || rules.silentChange !== 'lasts')
    delete step.silence;
}

/** The time that a change was at work is not silence, even if it met silence at its end. */
export function countNoSilence(step: StepState, milliseconds: number): void {
  if (step.silence !== undefined)
    step.silence = { of: step.silence.of, since: step.silence.since + milliseconds };
}

/** Longer each time, at most 30 s, and never beyond the moment at which the step gives up: its lease is waited for. */
export function silencePauseSeconds({ state, ports }: SilentRun, { silences, silence }: StepState): number {
  const longest = Math.min(30, 2 * silences);
  const limit = state.table.unreachableSeconds;
  if (limit === undefined || silence === undefined) return longest;
  const left = Math.ceil((silence.since - ports.now()) / 1000 + limit);
  return Math.max(1, Math.min(longest, left));
}

// SPDX-License-Identifier: Apache-2.0
// The four activities of a step: look, apply, look again, stop. Decides nothing about what follows.
import type { StepFailure } from '../contracts/run/errors.ts';
import { carriedResult } from '../contracts/run/failed-result.ts';
import type { ApplyResult, ObserveResult } from '../contracts/run/observation.ts';
import type { StepContext } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/run/engine.ts';
import type { StepState, TableState } from './table-state.ts';
import { UnattendedQueue } from '../ports/run/unattended-queue.ts';

export interface RunIdentity {
  readonly nonce: string;
  epoch: number;
}

type Expected = Partial<Pick<StepContext, 'settleSeconds' | 'failsUnless'>>;

export class StepActivities {
  constructor(
    private readonly state: TableState,
    private readonly ports: EnginePorts,
    private readonly identity: RunIdentity,
  ) {}

  observe(step: StepState, phase: 'observe' | 'verify'): Promise<ObserveResult> {
    const { epoch } = this.identity;
    // What no step changes may become true by itself; a read-only run does not wait for that.
    const isAwaited = step.step.apply === null && epoch > 0;
    // What waits for a person has not failed.
    const mustBeSame = phase === 'verify' || (isAwaited && step.step.awaits === undefined);
    return this.#observe(step, phase, epoch, {
      settleSeconds: phase === 'verify' || isAwaited ? step.step.settleSeconds : 0,
      failsUnless: mustBeSame ? 'same' : 'done',
    });
  }

  /** As a run that only looks: another run may hold the lease meanwhile, its commands are let alone, and nothing seen is a failure. */
  observeWithoutLease(step: StepState): Promise<ObserveResult> {
    return this.#observe(step, 'observe', 0, {});
  }

  async #observe(
    step: StepState,
    phase: 'observe' | 'verify',
    epoch: number,
    expected: Expected,
  ): Promise<ObserveResult> {
    try {
      return (await this.ports.activity({
        id: this.state.next(step, phase),
        call: step.step.observe,
        context: this.#context(step, expected, epoch),
        profile: 'look',
        summary: `${step.step.id}: ${phase}`,
        cancellable: true,
      })) as ObserveResult;
    } catch (error) {
      const carried = resultOf(error) as ObserveResult | undefined;
      return carried ?? { verdict: 'failed', failure: unexpected(step, error) };
    }
  }

  async apply(step: StepState): Promise<ApplyResult> {
    if (step.step.apply === null) throw new Error(`Step ${step.step.id} has nothing to apply`);
    try {
      return (await this.ports.activity({
        id: this.state.next(step, 'apply'),
        call: step.step.apply,
        context: this.#context(step, { failsUnless: 'done' }),
        profile: step.step.profile,
        summary: `${step.step.id}: apply`,
        cancellable: false,
      })) as ApplyResult;
    } catch (error) {
      const carried = resultOf(error) as ApplyResult | undefined;
      return carried ?? { outcome: 'failed', failure: unexpected(step, error) };
    }
  }

  /** As apply, with a result of the step's own kind; cancelling the run ends it. @throws what the activity ends with */
  async measure(step: StepState): Promise<unknown> {
    if (step.step.apply === null) throw new Error(`Step ${step.step.id} measures nothing`);
    try {
      return await this.ports.activity({
        id: this.state.next(step, 'apply'),
        call: step.step.apply,
        context: this.#context(step, { failsUnless: 'done' }),
        profile: step.step.profile,
        summary: `${step.step.id}: measure`,
        cancellable: true,
      });
    } catch (error) {
      const result = resultOf(error);
      if (result === undefined) throw error;
      return result;
    }
  }

  /** Ends the step's job, or waits for its end, as the step says. The step tells when that could not be done. */
  async stop(step: StepState): Promise<void> {
    const stopped = this.ports.activity({
      id: this.state.next(step, 'stop'),
      call: { activity: 'stopStep', args: {} },
      context: this.#context(step, { failsUnless: 'done' }),
      profile: 'command',
      summary: `${step.step.id}: stop`,
      cancellable: false,
    });
    await stopped.catch((error: unknown) => {
      step.failure = unexpected(step, error);
    });
  }

  #context(
    step: StepState,
    { settleSeconds = 0, failsUnless }: Expected,
    epoch = this.identity.epoch,
  ): StepContext {
    const { operation, subject, lease } = this.state.table;
    const { id, cancel, exclusive, hosts } = step.step;
    return {
      operation,
      subject,
      ...(hosts !== undefined && { hosts }),
      step: id,
      occurrence: step.occurrence,
      nonce: this.identity.nonce,
      epoch,
      lease,
      cancel,
      exclusive,
      settleSeconds,
      ...(failsUnless !== undefined && { failsUnless }),
      ...(step.answer !== undefined && { answer: step.answer }),
    };
  }
}

/** What a failed activity carries, in the details of the error below Temporal's; undefined for any other error. */
function resultOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error
    ? carriedResult((cause as { details?: readonly unknown[] }).details)
    : undefined;
}

/** An activity that ended without a result: a bug, a cancelled look, or a queue that no worker serves just now. */
export function unexpected(step: StepState, error: unknown): StepFailure {
  if (error instanceof UnattendedQueue)
    return {
      code: 'Unreachable',
      message: `${step.step.title}: no worker serves the task queue ${error.queue}`,
      on: error.queue,
      hint: 'Start the worker of that queue; the run goes on by itself, or after --retry once it waits for a person',
    };
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const text = deepest instanceof Error ? deepest.message : String(deepest);
  return {
    code: 'Invariant',
    message: `An activity of step ${step.step.id} ended without a result`,
    on: step.step.id,
    cause: text.slice(0, 1000),
    hint: 'Report this as a bug, with the output of op show',
  };
}

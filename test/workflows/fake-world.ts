// SPDX-License-Identifier: Apache-2.0
// A double of the world behind the engine's ports: steps are facts that hold or not, time is a number. No server, no waiting.
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { shownFailure } from '../../workflows/contracts/run/failed-result.ts';
import type { StepFailure } from '../../workflows/contracts/run/errors.ts';
import { table, type StepOptions } from '../../workflows/contracts/run/build-table.ts';
import type { Notice, NotifyResult } from '../../workflows/contracts/run/notice.ts';
import type { ApplyResult, ObserveResult } from '../../workflows/contracts/run/observation.ts';
import type { KeepLeaseResult } from '../../workflows/contracts/run/lease.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import type { CompiledTable, StepContext } from '../../workflows/contracts/run/table.ts';
import type { EngineCall, EnginePorts } from '../../workflows/ports/run/engine.ts';

export const failure = (code: StepFailure['code'], extra: Partial<StepFailure> = {}): StepFailure => ({
  code,
  message: `${code} on purpose`,
  on: 'world',
  hint: 'none',
  ...extra,
});

type Hook = (
  context: StepContext,
) => ApplyResult | ObserveResult | Promise<ApplyResult | ObserveResult> | void;

/** What a worker ends as a failed activity reaches a workflow as this error. */
function shownAsTemporal<T>(result: T, context: StepContext, id: string): T {
  const shown = shownFailure(result, context);
  if (shown === null) return result;
  const cause = ApplicationFailure.create({ message: shown.message, details: [{ result }] });
  throw new ActivityFailure('Activity task failed', 'any', id, 'NON_RETRYABLE_FAILURE', 'worker', cause);
}

export class FakeWorld implements EnginePorts {
  readonly workflowId = 'fake/world';
  /** Steps that hold. */
  readonly holds = new Set<string>();
  /** Every activity in the order of its begin: its id. */
  readonly ids: string[] = [];
  readonly shown: Progress[] = [];
  readonly slept: number[] = [];
  readonly notices: Notice[] = [];
  noticeResult: () => NotifyResult = () => ({ outcome: 'sent' });
  /** Of `<step>/<phase>`: what happens instead of the usual; void lets the usual happen too. */
  readonly hooks = new Map<string, Hook>();
  leaseEpoch = 0;
  leaseHolder: string | null = null;
  /** The run that took the target away. */
  takenAwayBy: string | null = null;
  leaseFailure: StepFailure | null = null;
  giveBackFailure: StepFailure | null = null;
  running = 0;
  mostAtOnce = 0;
  /** True: nothing but pass() and live() move the clock, and sleepers wake when their time has come. */
  isTimed = false;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  #clock = 0;
  #cancel: () => void = () => undefined;
  #ended: (result: KeepLeaseResult) => void = () => undefined;
  readonly cancelRequested = new Promise<void>((resolve) => (this.#cancel = resolve));

  cancel(): void {
    this.#cancel();
    for (const { wake } of this.#sleepers) wake();
  }

  async activity({ id, call, context }: EngineCall): Promise<unknown> {
    this.ids.push(id);
    if (id.startsWith('notify/')) return this.#notify(call.args);
    if (id.startsWith('lease/')) return this.#lease(id);
    const scope = context as StepContext;
    const phase = id.split('/').at(-2) ?? '';
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      // A turn of the event loop, so that steps side by side really overlap.
      await new Promise((resolve) => setImmediate(resolve));
      const special = await this.hooks.get(`${scope.step}/${phase}`)?.(scope);
      return shownAsTemporal(special ?? this.#usual(phase, scope.step), scope, id);
    } finally {
      this.running -= 1;
    }
  }

  #notify(args: unknown): NotifyResult {
    const result = this.noticeResult();
    this.notices.push((args as { notice: Notice }).notice);
    return result;
  }

  #usual(phase: string, step: string): ObserveResult | ApplyResult | null {
    if (phase === 'stop') return null;
    if (phase === 'apply') {
      this.holds.add(step);
      return { outcome: 'applied' };
    }
    return this.holds.has(step) ? same : differs(step);
  }

  /** Another run takes the lease while this one holds it. */
  loseLease(failed?: StepFailure): void {
    this.#ended({ outcome: 'lost', ...(failed !== undefined && { failure: failed }) });
  }

  #lease(id: string): Promise<unknown> | unknown {
    if (id.startsWith('lease/read')) return { holder: this.leaseHolder, epoch: this.leaseEpoch };
    if (id.startsWith('lease/take')) {
      if (this.leaseFailure !== null) return { outcome: 'failed', failure: this.leaseFailure };
      if (this.leaseHolder !== null) return { outcome: 'refused', holder: this.leaseHolder };
      if (this.takenAwayBy !== null) return { outcome: 'gone', by: this.takenAwayBy };
      const previousEpoch = this.leaseEpoch;
      this.leaseEpoch += 1;
      return { outcome: 'taken', epoch: this.leaseEpoch, previousEpoch };
    }
    if (id.startsWith('lease/give-back')) {
      if (this.giveBackFailure !== null) return { outcome: 'failed', failure: this.giveBackFailure };
      this.#ended({ outcome: 'given-back' });
      return { outcome: 'given-back' };
    }
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  async sleep(seconds: number): Promise<void> {
    this.slept.push(seconds);
    if (this.isTimed) {
      const until = this.#clock + seconds * 1000;
      return new Promise((wake) => this.#sleepers.push({ until, wake }));
    }
    this.#clock += seconds * 1000;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass without anybody noticing: a laptop lid. */
  pass(seconds: number): void {
    this.#clock += seconds * 1000;
  }

  /** As pass(), but everything that sleeps is awake at its own time, and what it does is done before the next. */
  async live(seconds: number): Promise<void> {
    const end = this.#clock + seconds * 1000;
    for (;;) {
      const next = Math.min(...this.#sleepers.map(({ until }) => until));
      this.#clock = Math.min(end, next);
      for (const { until, wake } of this.#sleepers) if (until <= this.#clock) wake();
      this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#clock);
      // What is awake does a look and a notice at most, a turn of the event loop each.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (next > end) return;
    }
  }

  now(): number {
    return this.#clock;
  }

  publish(progress: Progress): void {
    this.shown.push(progress);
  }
}

const same: ObserveResult = { verdict: 'same', digest: '0', count: 0, differences: [] };

export const differs = (step: string): ObserveResult => ({
  verdict: 'differs',
  digest: '1',
  count: 1,
  differences: [{ what: step, have: 'no', want: 'yes' }],
});

/** A table of steps that differ in nothing but what the test is about; `check` steps have nothing to apply. */
export function tableOf(
  steps: Record<string, Partial<StepOptions> & { check?: boolean }>,
  extra: Partial<CompiledTable> = {},
): CompiledTable {
  const call = { activity: 'fake', args: {} };
  const full = Object.entries(steps).map(([id, { check, ...options }]) => [
    id,
    { title: id, observe: call, ...(check === true ? {} : { apply: call }), ...options },
  ]);
  return {
    operation: 'fake',
    subject: 'world',
    steps: table(Object.fromEntries(full) as Record<string, StepOptions>),
    limit: 4,
    lease: 'world',
    takeOver: false,
    inputDigest: 'd',
    ...extra,
  };
}

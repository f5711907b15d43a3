// SPDX-License-Identifier: Apache-2.0
// Runs a recorded table: a graph of steps under a limit, parking, resolving, ending. Touches the world through its ports only.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { Progress } from '../contracts/run/progress.ts';
import type { ResolveStep } from '../contracts/run/resolve-step.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import { currentRules, type EnginePorts, type EngineRules } from '../ports/run/engine.ts';
import { gapSeconds } from './activity-profiles.ts';
import { Awaiting } from './await.ts';
import { EqualFailures } from './equal-failures.ts';
import { approve } from './gate.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LookBack } from './look-back.ts';
import { Notifier } from './notifier.ts';
import { takeAnswer } from './question.ts';
import { StepActivities, type RunIdentity } from './step-activities.ts';
import { runStep, type StepRun } from './run-step.ts';
import { isDone, isRunning, mayHaveFallen, TableState, type StepState } from './table-state.ts';

export class TableRun {
  readonly state: TableState;
  readonly #identity: RunIdentity;
  readonly #activities: StepActivities;
  readonly #lookBack: LookBack;
  readonly #lease: LeaseKeeper;
  readonly #notifier: Notifier;
  readonly #awaiting: Awaiting;
  readonly #equalFailures: EqualFailures;
  readonly #running = new Map<StepState, Promise<void>>();
  #ending: 'cancelled' | 'aborted' | null = null;
  #hasLostLease = false;

  constructor(
    table: CompiledTable,
    private readonly ports: EnginePorts,
    nonce: string,
    private readonly rules: EngineRules = currentRules,
  ) {
    this.state = new TableState(table, ports.now(), ports.workflowId, (progress) => ports.publish(progress));
    this.#identity = { nonce, epoch: 0 };
    this.#activities = new StepActivities(this.state, ports, this.#identity);
    this.#lookBack = new LookBack(this.state, this.#activities);
    this.#notifier = new Notifier(this.state, ports);
    this.#equalFailures = new EqualFailures(table.tripAfter);
    const isOver = (): boolean => this.#isOver();
    this.#awaiting = new Awaiting(this.state, ports, this.#activities, this.#notifier, isOver);
    this.#lease = new LeaseKeeper(table, ports, this.#identity, (failure) => this.#loseLease(failure));
  }

  progress(): Progress {
    return this.state.progress();
  }

  /** Takes the answer of a person; the caller has checked it with refusalOf. The state flips at once. */
  resolve(answer: ResolveStep): Progress {
    const step = this.state.of(answer.step);
    if (answer.action === 'approve' && !approve(step, answer, this.ports.now())) {
      // The next person is asked about the same differences.
      this.state.touch();
      return this.progress();
    }
    this.#equalFailures.reset();
    step.status = answer.action === 'skip' ? 'skipped' : 'pending';
    step.tries = 0;
    step.silences = 0;
    step.lookBack = true;
    delete step.asks;
    if (answer.action === 'answer') takeAnswer(step, answer, this.ports.now());
    if (answer.action === 'abort') {
      step.status = 'failed';
      this.#ending = 'aborted';
    }
    this.state.touch();
    return this.progress();
  }

  /** Runs to the end; the final phase and failure stand in the progress it resolves with. */
  async run(): Promise<Progress> {
    void this.ports.cancelRequested.then(() => {
      this.#ending = 'cancelled';
      this.state.touch();
    });
    this.state.touch();
    while (!this.#isOver()) await this.#turn();
    await this.#close();
    return this.progress();
  }

  /** Another run may change the target from now on: this one begins nothing more, and stops no command that may be the other's. */
  #loseLease(failure: StepFailure): void {
    this.#hasLostLease = true;
    this.state.failure = failure;
    this.state.touch();
  }

  #isOver(): boolean {
    if (this.#ending !== null || this.state.failure !== undefined) return true;
    return this.state.steps.every(isDone);
  }

  /** Starts what is ready, then waits for the next change. */
  async #turn(): Promise<void> {
    const changed = this.state.changed;
    const { isTooMany } = this.#equalFailures;
    const ready = this.#ready();
    if (this.#running.size === 0 && ready.length === 0) return this.#afterStandstill(changed);
    if (ready.length > 0 && !(await this.#holdsLease())) return;
    // Meanwhile a step may have ended.
    if (this.#isOver() || this.#equalFailures.isTooMany !== isTooMany) return;
    this.#enter('running');
    for (const step of ready.slice(0, Math.max(0, this.state.table.limit - this.#running.size)))
      this.#start(step);
    await changed;
  }

  async #holdsLease(): Promise<boolean> {
    const held = await this.#lease.hold();
    if (held.outcome === 'refused') {
      this.state.failure = held.failure;
      return false;
    }
    if (held.outcome === 'taken-after-others') {
      // Somebody else changed the world in between: nothing that was seen before counts.
      for (const step of this.state.steps) {
        step.lookBack = false;
        if (isDone(step) && mayHaveFallen(step)) step.status = 'pending';
      }
      this.state.touch();
      return false;
    }
    return true;
  }

  /** Nothing runs and nothing can: parked and awaiting steps wait for a person, failed steps end the run. */
  async #afterStandstill(changed: Promise<void>): Promise<void> {
    const failed = this.state.steps.find((step) => step.status === 'failed');
    if (failed?.failure !== undefined) {
      this.state.failure = this.#equalFailures.ofRun(failed.failure);
      return;
    }
    await this.#lease.giveBack();
    if (this.#ending !== null || this.#ready().length > 0) return;
    this.#enter('needs-operator');
    await changed;
  }

  /** None while what made the last steps give up would make the next ones give up as well. */
  #ready(): StepState[] {
    return this.#equalFailures.isTooMany ? [] : this.state.steps.filter((step) => this.#isReady(step));
  }

  #isReady(step: StepState): boolean {
    if (step.status !== 'pending' || this.#running.has(step)) return false;
    // A step that is observed once stays done when one of its dependencies fails; looking back would find that again and again.
    if (this.rules.waitsFor === 'ancestors') return this.state.ancestorsOf(step.step.id).every(isDone);
    return step.step.after.every((id) => isDone(this.state.of(id)));
  }

  #start(step: StepState): void {
    const run: StepRun = {
      state: this.state,
      ports: this.ports,
      rules: this.rules,
      activities: this.#activities,
      isEnding: () => this.#ending !== null || this.#hasLostLease,
    };
    step.status = 'observing';
    const promise = this.#lookThenRun(run, step).finally(() => {
      this.#running.delete(step);
      this.#count(step);
      // Beside the run: nothing of it waits for that.
      if (step.status === 'awaiting') void this.#awaiting.keep(step);
      this.state.touch();
    });
    this.#running.set(step, promise);
  }

  #count({ status, failure }: StepState): void {
    if ((status === 'failed' || status === 'parked') && failure !== undefined)
      this.#equalFailures.add(failure);
    if (status === 'same' || status === 'changed') this.#equalFailures.reset();
  }

  async #lookThenRun(run: StepRun, step: StepState): Promise<void> {
    const ends = step.step.after.map((id) => this.state.of(id).endedAt ?? 0);
    const gap = ends.length > 0 && this.ports.now() - Math.max(...ends) > gapSeconds * 1000;
    if (step.lookBack || gap) {
      step.lookBack = false;
      if (!(await this.#lookBack.ancestorsStand(step))) {
        // What it waited for fell itself: its own silence begins anew after that.
        delete step.silence;
        step.status = 'pending';
        return;
      }
    }
    await runStep(run, step);
  }

  #enter(phase: 'running' | 'needs-operator'): void {
    if (this.state.phase === phase) return;
    this.state.phase = phase;
    this.ports.publish(this.progress());
    // Not waited for: an answer may come first.
    if (phase === 'needs-operator') void this.#notifier.parked();
  }

  /** Ends what runs, gives the lease back and names the end. */
  async #close(): Promise<void> {
    if (this.#ending !== null && !this.#hasLostLease) {
      this.state.phase = 'cancelling';
      this.state.touch();
      await Promise.all(
        [...this.#running.keys()].filter(isRunning).map((step) => this.#activities.stop(step)),
      );
    }
    await Promise.all(this.#running.values());
    await this.#lease.giveBack();
    const failure = this.#endFailure();
    if (failure !== undefined) this.state.failure = failure;
    this.state.phase = this.#ending ?? (failure === undefined ? 'done' : 'failed');
    this.state.endedAt = this.ports.now();
    this.state.touch();
    const isUnseen = this.state.table.scheduled === true && this.state.phase === 'failed';
    if (isUnseen && failure !== undefined) await this.#notifier.failed(failure);
  }

  #endFailure(): StepFailure | undefined {
    if (this.#ending === 'cancelled') {
      const { operation, subject } = this.state.table;
      return {
        code: 'Cancelled',
        message: `${operation} of ${subject} was cancelled; what is true already stays`,
        on: subject,
        hint: errorKinds.Cancelled.hint,
      };
    }
    if (this.state.failure !== undefined) return this.state.failure;
    return this.state.steps.find((step) => step.status === 'failed')?.failure;
  }
}

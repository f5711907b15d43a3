// SPDX-License-Identifier: Apache-2.0
// Runs a recorded table: a graph of rows under a limit, parking, resolving, ending. Touches the world through its ports only.
import { errorKinds, type RowFailure } from '../contracts/run/errors.ts';
import type { Progress } from '../contracts/run/progress.ts';
import type { ResolveStep } from '../contracts/run/resolve-step.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/engine.ts';
import { gapSeconds } from './activity-profiles.ts';
import { Awaiting } from './await.ts';
import { approve } from './gate.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LookBack } from './look-back.ts';
import { Notifier } from './notifier.ts';
import { takeAnswer } from './question.ts';
import { RowActivities, type RunIdentity } from './row-activities.ts';
import { runRow, type RowRun } from './run-row.ts';
import { isDone, isRunning, mayHaveFallen, TableState, type RowState } from './table-state.ts';

export class TableRun {
  readonly state: TableState;
  readonly #identity: RunIdentity;
  readonly #activities: RowActivities;
  readonly #lookBack: LookBack;
  readonly #lease: LeaseKeeper;
  readonly #notifier: Notifier;
  readonly #awaiting: Awaiting;
  readonly #running = new Map<RowState, Promise<void>>();
  #ending: 'cancelled' | 'aborted' | null = null;
  #hasLostLease = false;

  constructor(
    table: CompiledTable,
    private readonly ports: EnginePorts,
    nonce: string,
  ) {
    this.state = new TableState(table, ports.now(), ports.workflowId, (progress) => ports.publish(progress));
    this.#identity = { nonce, epoch: 0 };
    this.#activities = new RowActivities(this.state, ports, this.#identity);
    this.#lookBack = new LookBack(this.state, this.#activities);
    this.#notifier = new Notifier(this.state, ports);
    const isOver = (): boolean => this.#isOver();
    this.#awaiting = new Awaiting(this.state, ports, this.#activities, this.#notifier, isOver);
    this.#lease = new LeaseKeeper(table, ports, this.#identity, (failure) => this.#loseLease(failure));
  }

  progress(): Progress {
    return this.state.progress();
  }

  /** Takes the answer of a person; the caller has checked it with refusalOf. The state flips at once. */
  resolve(answer: ResolveStep): Progress {
    const row = this.state.of(answer.row);
    if (answer.action === 'approve' && !approve(row, answer, this.ports.now())) {
      // The next person is asked about the same differences.
      this.state.touch();
      return this.progress();
    }
    row.status = answer.action === 'skip' ? 'skipped' : 'pending';
    row.tries = 0;
    row.silences = 0;
    row.lookBack = true;
    delete row.asks;
    if (answer.action === 'answer') takeAnswer(row, answer, this.ports.now());
    if (answer.action === 'abort') {
      row.status = 'failed';
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
  #loseLease(failure: RowFailure): void {
    this.#hasLostLease = true;
    this.state.failure = failure;
    this.state.touch();
  }

  #isOver(): boolean {
    if (this.#ending !== null || this.state.failure !== undefined) return true;
    return this.state.rows.every(isDone);
  }

  /** Starts what is ready, then waits for the next change. */
  async #turn(): Promise<void> {
    const changed = this.state.changed;
    const ready = this.state.rows.filter((row) => this.#isReady(row));
    if (this.#running.size === 0 && ready.length === 0) return this.#afterStandstill(changed);
    if (ready.length > 0 && !(await this.#holdsLease())) return;
    if (this.#isOver()) return;
    this.#enter('running');
    for (const row of ready.slice(0, Math.max(0, this.state.table.limit - this.#running.size)))
      this.#start(row);
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
      for (const row of this.state.rows) {
        row.lookBack = false;
        if (isDone(row) && mayHaveFallen(row)) row.status = 'pending';
      }
      this.state.touch();
      return false;
    }
    return true;
  }

  /** Nothing runs and nothing can: parked and awaiting rows wait for a person, failed rows end the run. */
  async #afterStandstill(changed: Promise<void>): Promise<void> {
    const failed = this.state.rows.find((row) => row.status === 'failed');
    if (failed?.failure !== undefined) {
      this.state.failure = failed.failure;
      return;
    }
    await this.#lease.giveBack();
    if (this.#ending !== null || this.state.rows.some((row) => this.#isReady(row))) return;
    this.#enter('needs-operator');
    await changed;
  }

  #isReady(row: RowState): boolean {
    if (row.status !== 'pending' || this.#running.has(row)) return false;
    return row.row.after.every((id) => isDone(this.state.of(id)));
  }

  #start(row: RowState): void {
    const run: RowRun = {
      state: this.state,
      ports: this.ports,
      activities: this.#activities,
      isEnding: () => this.#ending !== null || this.#hasLostLease,
    };
    row.status = 'observing';
    const promise = this.#lookThenRun(run, row).finally(() => {
      this.#running.delete(row);
      // Beside the run: nothing of it waits for that.
      if (row.status === 'awaiting') void this.#awaiting.keep(row);
      this.state.touch();
    });
    this.#running.set(row, promise);
  }

  async #lookThenRun(run: RowRun, row: RowState): Promise<void> {
    const ends = row.row.after.map((id) => this.state.of(id).endedAt ?? 0);
    const gap = ends.length > 0 && this.ports.now() - Math.max(...ends) > gapSeconds * 1000;
    if (row.lookBack || gap) {
      row.lookBack = false;
      if (!(await this.#lookBack.ancestorsStand(row))) {
        // What it waited for fell itself: its own silence begins anew after that.
        delete row.silentSince;
        row.status = 'pending';
        return;
      }
    }
    await runRow(run, row);
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
      await Promise.all([...this.#running.keys()].filter(isRunning).map((row) => this.#activities.stop(row)));
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

  #endFailure(): RowFailure | undefined {
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
    return this.state.rows.find((row) => row.status === 'failed')?.failure;
  }
}

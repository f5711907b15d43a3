// SPDX-License-Identifier: Apache-2.0
// The four activities of a row: look, apply, look again, stop. Decides nothing about what follows.
import type { RowFailure } from '../contracts/run/errors.ts';
import type { ApplyResult, ObserveResult } from '../contracts/run/observation.ts';
import type { RowContext } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/engine.ts';
import type { RowState, TableState } from './table-state.ts';
import { UnattendedQueue } from './unattended-queue.ts';

export interface RunIdentity {
  readonly nonce: string;
  epoch: number;
}

export class RowActivities {
  constructor(
    private readonly state: TableState,
    private readonly ports: EnginePorts,
    private readonly identity: RunIdentity,
  ) {}

  observe(row: RowState, phase: 'observe' | 'verify'): Promise<ObserveResult> {
    return this.#observe(row, phase, this.identity.epoch);
  }

  /** As a run that only looks: another run may hold the lease meanwhile, and its commands are let alone. */
  observeWithoutLease(row: RowState): Promise<ObserveResult> {
    return this.#observe(row, 'observe', 0);
  }

  async #observe(row: RowState, phase: 'observe' | 'verify', epoch: number): Promise<ObserveResult> {
    // What no change of ours makes true may become so by itself; who only looks does not wait for that.
    const isAwaited = row.row.apply === null && epoch > 0;
    const settleSeconds = phase === 'verify' || isAwaited ? row.row.settleSeconds : 0;
    try {
      return (await this.ports.activity({
        id: this.state.next(row, phase),
        call: row.row.observe,
        context: this.#context(row, settleSeconds, epoch),
        profile: 'look',
        summary: `${row.row.id}: ${phase}`,
        cancellable: true,
      })) as ObserveResult;
    } catch (error) {
      return { verdict: 'failed', failure: unexpected(row, error) };
    }
  }

  async apply(row: RowState): Promise<ApplyResult> {
    if (row.row.apply === null) throw new Error(`Row ${row.row.id} has nothing to apply`);
    try {
      return (await this.ports.activity({
        id: this.state.next(row, 'apply'),
        call: row.row.apply,
        context: this.#context(row, 0),
        profile: row.row.profile,
        summary: `${row.row.id}: apply`,
        cancellable: false,
      })) as ApplyResult;
    } catch (error) {
      return { outcome: 'failed', failure: unexpected(row, error) };
    }
  }

  /** As apply, with a result of the row's own kind; cancelling the run ends it. @throws what the activity ends with */
  async measure(row: RowState): Promise<unknown> {
    if (row.row.apply === null) throw new Error(`Row ${row.row.id} measures nothing`);
    return this.ports.activity({
      id: this.state.next(row, 'apply'),
      call: row.row.apply,
      context: this.#context(row, 0),
      profile: row.row.profile,
      summary: `${row.row.id}: measure`,
      cancellable: true,
    });
  }

  /** Ends the row's job, or waits for its end, as the row says. The row tells when that could not be done. */
  async stop(row: RowState): Promise<void> {
    const stopped = this.ports.activity({
      id: this.state.next(row, 'stop'),
      call: { activity: 'stopRow', args: {} },
      context: this.#context(row, 0),
      profile: 'command',
      summary: `${row.row.id}: stop`,
      cancellable: false,
    });
    await stopped.catch((error: unknown) => {
      row.failure = unexpected(row, error);
    });
  }

  #context(row: RowState, settleSeconds: number, epoch = this.identity.epoch): RowContext {
    const { operation, subject, lease } = this.state.table;
    const { id, cancel, exclusive, hosts } = row.row;
    return {
      operation,
      subject,
      ...(hosts !== undefined && { hosts }),
      row: id,
      occurrence: row.occurrence,
      nonce: this.identity.nonce,
      epoch,
      lease,
      cancel,
      exclusive,
      settleSeconds,
      ...(row.answer !== undefined && { answer: row.answer }),
    };
  }
}

/** An activity that ended without a result: a bug, a cancelled look, or a queue that no worker serves just now. */
export function unexpected(row: RowState, error: unknown): RowFailure {
  if (error instanceof UnattendedQueue)
    return {
      code: 'Unreachable',
      message: `${row.row.title}: no worker serves the task queue ${error.queue}`,
      on: error.queue,
      hint: 'Start the worker of that queue; the run goes on by itself, or after --retry once it waits for a person',
    };
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const text = deepest instanceof Error ? deepest.message : String(deepest);
  return {
    code: 'Invariant',
    message: `An activity of row ${row.row.id} ended without a result`,
    on: row.row.id,
    cause: text.slice(0, 1000),
    hint: 'Report this as a bug, with the output of op show',
  };
}

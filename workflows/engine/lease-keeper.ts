// SPDX-License-Identifier: Apache-2.0
// Takes the lease of a target before the first step, keeps it while steps run, gives it back at an end or a park.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { GiveLeaseBackResult, KeepLeaseResult, TakeLeaseResult } from '../contracts/run/lease.ts';
import { subjectOfLease, subjectTitle } from '../contracts/run/subject.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/run/engine.ts';
import type { RunIdentity } from './step-activities.ts';

export type Hold =
  | { readonly outcome: 'held' }
  | { readonly outcome: 'taken-after-others' }
  | { readonly outcome: 'refused'; readonly failure: StepFailure };

export class LeaseKeeper {
  #taken = 0;
  #held = false;
  #keeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly table: CompiledTable,
    private readonly ports: EnginePorts,
    private readonly identity: RunIdentity,
    /** Called once when the lease is lost: from then on another run may change the target. */
    private readonly onLost: (failure: StepFailure) => void,
  ) {}

  /** Idempotent while held. */
  async hold(): Promise<Hold> {
    const target = this.table.lease;
    if (target === null || this.#held) return { outcome: 'held' };
    const previousEpoch = this.identity.epoch;
    const { takeOver } = this.table;
    const { nonce } = this.identity;
    const taken = (await this.#activity('takeLease', 'take', {
      target,
      takeOver,
      nonce,
      ownEpoch: previousEpoch,
    })) as TakeLeaseResult;
    if (taken.outcome === 'failed') return { outcome: 'refused', failure: taken.failure };
    if (taken.outcome === 'gone') return { outcome: 'refused', failure: gone(this.table, taken.by) };
    if (taken.outcome === 'refused')
      return { outcome: 'refused', failure: refused(this.table, taken.holder) };
    this.identity.epoch = taken.epoch;
    this.#held = true;
    this.#keeping = this.#keep(target, taken.epoch);
    const first = this.#taken === 1;
    return { outcome: first || taken.previousEpoch === previousEpoch ? 'held' : 'taken-after-others' };
  }

  /** Resolves also when the lease could not be given back: it runs out, and waiting would hold up the run for ever. */
  async giveBack(): Promise<void> {
    const target = this.table.lease;
    if (!this.#held || target === null) return;
    this.#held = false;
    const { epoch } = this.identity;
    const given = (await this.#activity('giveLeaseBack', 'give-back', {
      target,
      epoch,
    })) as GiveLeaseBackResult | null | undefined;
    if (given?.outcome !== 'failed') await this.#keeping;
  }

  /** One long activity renews; it ends by itself once the lease is given back or somebody else's. */
  async #keep(target: string, epoch: number): Promise<void> {
    const kept = (await this.#activity('keepLease', 'keep', { target, epoch })) as KeepLeaseResult;
    if (kept.outcome !== 'lost') return;
    const wasHeld = this.#held;
    this.#held = false;
    if (wasHeld && kept.failure !== undefined) this.onLost(kept.failure);
  }

  #activity(activity: string, phase: string, args: object): Promise<unknown> {
    if (phase === 'take') this.#taken += 1;
    return this.ports.activity({
      id: `lease/${phase}/${this.#taken}`,
      call: { activity, args },
      context: null,
      profile: phase === 'keep' ? 'build' : 'look',
      summary: `lease: ${phase}`,
      cancellable: false,
    });
  }
}

function gone(table: CompiledTable, by: string): StepFailure {
  const { lease, subject } = table;
  return {
    code: 'Conflict',
    message: `${subjectTitle(subjectOfLease(lease ?? ''))} was taken away by ${by} since this run began`,
    on: subject,
    hint: 'Nothing was made anew; if it is wanted again, start the operation again',
  };
}

function refused(table: CompiledTable, holder: string): StepFailure {
  return {
    code: 'Conflict',
    message: `${subjectTitle(subjectOfLease(table.lease ?? ''))} is held by ${holder}`,
    on: table.subject,
    hint: `${errorKinds.Conflict.hint}; a holder that is gone loses it 60 s after its last renewal (--take-over skips that wait; it takes nothing from a holder that lives)`,
  };
}

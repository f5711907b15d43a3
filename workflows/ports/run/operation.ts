// SPDX-License-Identifier: Apache-2.0
// What belongs to operations as such: compiling, the lease, stopping a step's command.
import type { Compiled } from '../../contracts/run/messages.ts';
import type {
  GiveLeaseBackResult,
  KeepLeaseResult,
  ReadLeaseResult,
  TakeLeaseResult,
} from '../../contracts/run/lease.ts';
import type { StepContext } from '../../contracts/run/table.ts';

export interface RawPayload {
  readonly encoding: string;
  readonly data: readonly number[];
}

export interface OperationPort {
  /** Parses the input and builds the table. Fails with InvalidInput, never retried. */
  compile(args: { readonly operation: string; readonly payloads: readonly RawPayload[] }): Promise<Compiled>;
  takeLease(args: {
    readonly target: string;
    readonly takeOver: boolean;
    readonly nonce: string;
    /** The epoch that the run had last, 0 for none; absent from runs of an earlier release. */
    readonly ownEpoch?: number;
  }): Promise<TakeLeaseResult>;
  /** Renews every 10 s; ends once the lease is given back or lost. */
  keepLease(args: { readonly target: string; readonly epoch: number }): Promise<KeepLeaseResult>;
  giveLeaseBack(args: { readonly target: string; readonly epoch: number }): Promise<GiveLeaseBackResult>;
  readLease(args: { readonly target: string }): Promise<ReadLeaseResult>;
  /** Ends the live jobs of a step, or waits for them, as the step's `cancel` says. */
  stopStep(args: Record<string, never>, context: StepContext): Promise<void>;
}

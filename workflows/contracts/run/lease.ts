// SPDX-License-Identifier: Apache-2.0
// What taking, keeping, giving back and reading a lease yields. Results of earlier releases lack what is optional.
import type { StepFailure } from './errors.ts';

export type TakeLeaseResult =
  | {
      readonly outcome: 'taken';
      readonly epoch: number;
      /** Of the lease before this one; 0 when there was none. */ readonly previousEpoch: number;
    }
  | { readonly outcome: 'refused'; readonly holder: string }
  /** Another run took the target away since this one had its lease. `by`: the id of that run. */
  | { readonly outcome: 'gone'; readonly by: string }
  /** The lease itself cannot be read or written. */
  | { readonly outcome: 'failed'; readonly failure: StepFailure };

export interface KeepLeaseResult {
  readonly outcome: 'given-back' | 'lost';
  /** Of a lost lease: the run ends with it. Without it (earlier releases) the run takes the lease again. */
  readonly failure?: StepFailure;
}

/** Nothing at all from earlier releases, which tried until it was given back. */
export type GiveLeaseBackResult =
  { readonly outcome: 'given-back' } | { readonly outcome: 'failed'; readonly failure: StepFailure };

export interface ReadLeaseResult {
  /** Null when the box has no holder. */
  readonly holder: string | null;
  readonly epoch: number;
}

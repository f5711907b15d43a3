// SPDX-License-Identifier: Apache-2.0
// What taking, keeping and reading a box's lease yields.

export type TakeLeaseResult =
  | {
      readonly outcome: 'taken';
      readonly epoch: number;
      /** Of the lease before this one; 0 when there was none. */ readonly previousEpoch: number;
    }
  | { readonly outcome: 'refused'; readonly holder: string };

export interface KeepLeaseResult {
  readonly outcome: 'given-back' | 'lost';
}

export interface ReadLeaseResult {
  /** Null when nobody holds the box. */
  readonly holder: string | null;
  readonly epoch: number;
}

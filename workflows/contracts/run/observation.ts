// SPDX-License-Identifier: Apache-2.0
// What looking at one step of the world yields. Says nothing of how one looks.
import type { StepFailure } from './errors.ts';

/** One difference between the observed and the desired state. Values are redacted and at most 160 characters. */
export interface Difference {
  readonly what: string;
  readonly have: string;
  readonly want: string;
}

/** At most 50 differences and 4 KiB go to the history; `count` and `digest` cover all of them. */
export interface Observed {
  readonly verdict: 'same' | 'differs';
  /** SHA-256 over all redacted differences, 16 hex digits; equal digests mean equal differences. */
  readonly digest: string;
  readonly count: number;
  readonly differences: readonly Difference[];
}

export type ObserveResult = Observed | { readonly verdict: 'failed'; readonly failure: StepFailure };

export type ApplyResult =
  | { readonly outcome: 'applied'; readonly detail?: string }
  | { readonly outcome: 'failed'; readonly failure: StepFailure };

// SPDX-License-Identifier: Apache-2.0
// What a run that measures ends with, whatever was measured: good, bad or unknown, how long, and what failed.
import type { StepFailure } from './errors.ts';
import type { NotifyResult } from './notice.ts';

export interface Measurement {
  /** `busy`: what was measured is being changed by another run, and nothing can be said of it. */
  readonly result: 'good' | 'bad' | 'busy';
  readonly seconds: number;
  /** The part at which it failed. */
  readonly failedPhase?: string;
  readonly failure?: StepFailure;
}

/** The measurement with the run it was taken in. */
export type MeasuredRun<M extends Measurement> = M & {
  readonly operation: string;
  readonly subject: string;
  readonly inputDigest: string;
  readonly notification?: NotifyResult & { readonly at: string; readonly step: string };
};

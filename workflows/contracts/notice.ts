// SPDX-License-Identifier: Apache-2.0
// What is told when a run waits for a person, to whom, and how the telling ended. Holds no secret.

/** At least one of both; both are told. */
export interface NotifyTarget {
  /** A program with its arguments on the worker's machine; the notice is JSON on its stdin. */
  readonly command?: readonly string[];
  /** Receives the notice as the JSON body of a POST. */
  readonly webhook?: string;
}

export interface Notice {
  readonly box: string;
  readonly operation: string;
  readonly workflowId: string;
  /** The first row that waits or differs. */
  readonly row: string;
  readonly cause: string;
  readonly nextCommand: string;
}

/** A failure is told in the progress and ends there: the run goes its way without it. */
export interface NotifyResult {
  readonly outcome: 'sent' | 'failed';
  readonly cause?: string;
}

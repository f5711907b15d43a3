// SPDX-License-Identifier: Apache-2.0
// What is told when a run waits for a person, to whom, and how the telling ended. Holds no secret.

import type { Subject } from './subject.ts';

/** As a spec says it: at least one of both; both are told. */
export interface NotifyWays {
  /** A program with its arguments on the worker's machine; the notice is JSON on its stdin. */
  readonly command?: readonly string[];
  /** Receives the notice as the JSON body of a POST. */
  readonly webhook?: string;
}

/** The recorded spec that says who is told: no input and no table carries a command. */
export interface NotifyTarget {
  readonly subject: Subject;
  /** Of the spec that the run works by; none: the one that the subject stands by. */
  readonly specDigest?: string;
}

export interface Notice {
  readonly subject: Subject;
  /** The subject's name, where it is a box. */
  readonly box?: string;
  readonly operation: string;
  readonly workflowId: string;
  /** The first step that waits or differs. */
  readonly step: string;
  readonly cause: string;
  readonly nextCommand: string;
}

/** A failure is told in the progress and ends there: the run goes its way without it. */
export interface NotifyResult {
  readonly outcome: 'sent' | 'failed';
  readonly cause?: string;
}

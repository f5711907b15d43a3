// SPDX-License-Identifier: Apache-2.0
// The notice that is sent when a run waits for a person, its channels, and the result. Holds no secret.

import type { Subject } from './subject.ts';

/** As in a spec: at least one of both; both are used. */
export interface NotifyWays {
  /** A program with its arguments on the worker's machine; the notice is JSON on its stdin. */
  readonly command?: readonly string[];
  /** Receives the notice as the JSON body of a POST. */
  readonly webhook?: string;
}

/** The recorded spec that names the channels: no input and no table carries a command. */
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

/** A failure is shown in the progress; the run goes on without the notice. */
export interface NotifyResult {
  readonly outcome: 'sent' | 'failed';
  readonly cause?: string;
}

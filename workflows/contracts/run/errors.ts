// SPDX-License-Identifier: Apache-2.0
// The kinds of error: who acts, what to try, how the command line exits. Raises none itself.

export interface ErrorKind {
  /** What the kind means, in one clause. */
  readonly meaning: string;
  /** Who has to act next. */
  readonly acts: 'operator' | 'engineer' | 'nobody' | 'wait';
  /** What the engine does: `tries` raises the occurrence up to the step's tries, `free` does so without counting, `never` stops at once. */
  readonly again: 'tries' | 'free' | 'never';
  /** The next thing to do, shown when the error itself names nothing better. */
  readonly hint: string;
  /** Exit code of the command line; the list stands in cli/terminal/exit-codes.ts. */
  readonly exitCode: number;
}

export const errorKinds = {
  InvalidInput: {
    meaning: 'a schema or a rule refuses the input',
    acts: 'operator',
    again: 'never',
    hint: 'Correct the input at the path named and start again',
    exitCode: 2,
  },
  PlanStale: {
    meaning: 'the world moved since the plan was approved',
    acts: 'operator',
    again: 'never',
    hint: 'Make a new plan and look at it again',
    exitCode: 2,
  },
  PreconditionFailed: {
    meaning: 'a named check says no',
    acts: 'operator',
    again: 'never',
    hint: 'Fix what the check names, then start again',
    exitCode: 1,
  },
  NeedsApproval: {
    meaning: 'a change that cannot be taken back waits for a person',
    acts: 'operator',
    again: 'never',
    hint: 'Look at the differences, then approve them or end the run',
    exitCode: 1,
  },
  NeedsOperator: {
    meaning: 'a step waits for what a person has to do or to say',
    acts: 'operator',
    again: 'never',
    hint: 'Do what the step asks for, then answer it, or resolve it with --retry',
    exitCode: 1,
  },
  Unreachable: {
    meaning: 'a host or a service is silent',
    acts: 'wait',
    again: 'free',
    hint: 'Bring the host or the service back; the run goes on by itself, or after --retry once it waits for a person',
    exitCode: 1,
  },
  Rejected: {
    meaning: 'the peer answered no',
    acts: 'operator',
    again: 'tries',
    hint: 'Read the deepest cause, fix it, then resolve the step with --retry',
    exitCode: 1,
  },
  Conflict: {
    meaning: 'another owner or operation holds it',
    acts: 'operator',
    again: 'tries',
    hint: 'Wait for the holder named, or end it',
    exitCode: 1,
  },
  VerifyFailed: {
    meaning: 'it was done, but the look afterwards disagrees',
    acts: 'engineer',
    again: 'tries',
    hint: 'Compare the differences with the log of the step, then resolve it with --retry',
    exitCode: 1,
  },
  Cancelled: {
    meaning: 'an operator asked for the end',
    acts: 'nobody',
    again: 'never',
    hint: 'Start the operation again to go on; what is true already stays',
    exitCode: 1,
  },
  Invariant: {
    meaning: 'a state that cannot be',
    acts: 'engineer',
    again: 'never',
    hint: 'Report this as a bug, with the output of op show',
    exitCode: 70,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** One failure as it travels: in results, progress and the memo. Free of secrets; each text at most 1 KiB. */
export interface StepFailure {
  readonly code: ErrorCode;
  /** What failed, subject first. */
  readonly message: string;
  /** The host, file, service or key it failed on. */
  readonly on: string;
  /** The deepest cause known, when it says more than the message. */
  readonly cause?: string;
  /** The next step for the person who must act. */
  readonly hint: string;
  /** Where the whole output lies, and on which host. */
  readonly logPath?: string;
  readonly exitCode?: number;
  /** True when the command's process vanished without a result (its host went down). */
  readonly lost?: boolean;
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorKinds, value);
}

// SPDX-License-Identifier: Apache-2.0
// The one error class of the clients: a code from the table of kinds, and the facts for the person who must act.
import { errorKinds, type ErrorCode, type StepFailure } from '../../workflows/contracts/run/errors.ts';
import { redact } from './redact.ts';

export interface FailureFacts {
  /** The host, file, service or key it failed on. */
  readonly on: string;
  readonly cause?: unknown;
  /** Default: the hint of the kind. */
  readonly hint?: string;
  readonly logPath?: string;
  readonly exitCode?: number;
  readonly lost?: boolean;
}

export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: FailureFacts,
  ) {
    super(message, facts.cause instanceof Error ? { cause: facts.cause } : undefined);
  }

  /** The failure as it travels in results: redacted, each text at most 1 KiB. */
  toStepFailure(): StepFailure {
    const { on, hint, logPath, exitCode, lost } = this.facts;
    const cause = deepestCause(this.facts.cause);
    return {
      code: this.code,
      message: short(this.message),
      on: short(on),
      ...(cause !== undefined && { cause: short(cause) }),
      hint: short(hint ?? errorKinds[this.code].hint),
      ...(logPath !== undefined && { logPath }),
      ...(exitCode !== undefined && { exitCode }),
      ...(lost === true && { lost }),
    };
  }
}

function short(text: string): string {
  return redact(text).slice(0, 1024);
}

/** A chain is bounded, so that an error that names itself as its cause cannot hang the report. */
const depthMax = 20;

/** The innermost message of a chain of causes, of several errors that of the first; texts pass as they are. */
export function deepestCause(cause: unknown): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  let deepest = cause;
  for (let depth = 0; depth < depthMax; depth += 1) {
    const next = causeOf(deepest);
    if (next === undefined || next === null) break;
    deepest = next;
  }
  return deepest instanceof Error ? deepest.message || deepest.name : String(deepest);
}

function causeOf(error: unknown): unknown {
  if (error instanceof Failure) return error.facts.cause;
  if (error instanceof AggregateError) return error.cause ?? error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

/** The deepest cause on one line, for a log or a table. */
export function causeLine(error: unknown): string {
  return (deepestCause(error) ?? 'no reason was given').trim().replaceAll(/\s*\n\s*/g, '; ');
}

/** Any thrown value as a failure of a step; an unknown error is a bug in holdfast. */
export function asStepFailure(error: unknown, on: string): StepFailure {
  return asFailure(error, on).toStepFailure();
}

function asFailure(error: unknown, on: string): Failure {
  if (error instanceof Failure) return error;
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof Error && typeof errno === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(errno)) {
    // The operating system says no: a full disk, a path in the way. A person can mend that.
    return new Failure('Rejected', `The operating system refused ${on}: ${errno}`, { on, cause: error });
  }
  const name = error instanceof Error ? error.name : typeof error;
  return new Failure('Invariant', `Unexpected ${name} while working on ${on}`, { on, cause: error });
}

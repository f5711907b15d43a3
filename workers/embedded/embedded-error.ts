// SPDX-License-Identifier: Apache-2.0
// The one error this room throws: a kind, a cause and the next command. Does not print or exit.
import { Failure } from '../../activities/clients/failure.ts';

/** The kinds a supervisor reports; the command line turns `Unreachable` into exit code 4, the rest into 1. */
export type EmbeddedErrorCode = 'Unreachable' | 'PreconditionFailed' | 'Conflict' | 'Invariant';

/** An error that says what failed and what to do next; the deepest cause is found through `cause`. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';

  constructor(
    readonly code: EmbeddedErrorCode,
    message: string,
    readonly hint: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** Returns the message at the end of the cause chain, on one line; never throws. */
export function deepestCause(error: unknown): string {
  let deepest = error;
  // A chain is bounded so that an error naming itself as its cause cannot hang the report.
  for (let depth = 0; depth < 20 && deepest instanceof Error; depth += 1) {
    const next: unknown =
      deepest.cause ?? (deepest instanceof AggregateError ? deepest.errors[0] : undefined);
    if (next === undefined) break;
    deepest = next;
  }
  const text = deepest instanceof Error ? deepest.message || deepest.name : String(deepest);
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}

/** Returns any thrown value as an EmbeddedError; what this room did not foresee becomes `Invariant`. */
export function asEmbeddedError(error: unknown): EmbeddedError {
  if (error instanceof EmbeddedError) return error;
  if (error instanceof Failure) {
    const { message, hint } = error.toStepFailure();
    return new EmbeddedError('PreconditionFailed', message, hint, { cause: error.facts.cause });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new EmbeddedError(
    'Invariant',
    message,
    'Run the command again; if it repeats, report this message',
    {
      cause: error,
    },
  );
}

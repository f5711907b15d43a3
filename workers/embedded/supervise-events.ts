// SPDX-License-Identifier: Apache-2.0
// What the supervisor says, one JSON object a line. Does not render for people.
import { causeLine, Failure } from '../../activities/clients/failure.ts';
import { redact } from '../../activities/clients/redact.ts';
import { errorKinds, type ErrorCode } from '../../workflows/contracts/run/errors.ts';

/** The processes that the supervisor looks after. */
type Supervised = 'temporal' | 'ui' | 'worker' | 'watch';

/** One line of output; `text` and `message` are free, everything else is a promise. */
export type SuperviseEvent =
  | { type: 'progress'; text: string }
  | { type: 'started'; what: Supervised; pid: number; address?: string }
  | { type: 'already-running'; what: Supervised; pid: number }
  | { type: 'stopped'; what: Supervised; pid: number }
  | {
      type: 'ready';
      address: string;
      namespace: string;
      uiUrl?: string;
      /** Lets a browser in: a secret, for whoever asked. */
      uiLink?: string;
      metricsUrl?: string;
      mode: 'embedded' | 'configured';
    }
  | { type: 'error'; code: ErrorCode; message: string; cause?: string; hint: string };

/** Receives the supervisor's lines. */
export type Emit = (event: SuperviseEvent) => void;

/** Returns the last line of a run that failed, with the deepest cause when it says more than the message. */
export function errorEvent(error: unknown): SuperviseEvent & { type: 'error' } {
  const { code, message: said, facts } = asCommandFailure(error);
  const message = redact(said);
  const deepest = facts.cause === undefined ? undefined : redact(causeLine(facts.cause));
  return {
    type: 'error',
    code,
    message,
    ...(deepest !== undefined && !message.includes(deepest) && { cause: deepest }),
    hint: facts.hint ?? errorKinds[code].hint,
  };
}

/** Any thrown value as a failure of the command; what was not foreseen is `Invariant` and keeps its message. */
export function asCommandFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'Run the command again; if it repeats, report this message';
  return new Failure('Invariant', message, { on: 'this command', hint, cause: error });
}

/** Returns the exit code for an error: 4 when Temporal cannot be reached, else 1.
 * @source the command line's table of exit codes */
export function exitCodeOf(code: ErrorCode): 1 | 4 {
  return code === 'Unreachable' ? 4 : 1;
}

// SPDX-License-Identifier: Apache-2.0
// The exit codes of the command line, once. `help exit-codes` prints this table.
import { errorKinds, type ErrorCode } from '../../workflows/contracts/run/errors.ts';

/** Every way in which a command can end. */
export const exitCodes = {
  done: { code: 0, meaning: 'done, or already so' },
  failed: { code: 1, meaning: 'failed, or refused by name' },
  usage: { code: 2, meaning: 'usage, bad input or a missing confirmation; nothing was started' },
  changes: { code: 3, meaning: 'plan or drift has changes (with --exit-code only)' },
  unreachable: { code: 4, meaning: 'Temporal cannot be reached' },
  parked: { code: 5, meaning: 'parked: the run needs an operator' },
  running: { code: 8, meaning: 'still running: detached, or watching was stopped with Ctrl-C' },
  bug: { code: 70, meaning: 'a bug in holdfast' },
} as const;

export type ExitName = keyof typeof exitCodes;

/** The exit code of a run that failed with a kind of error. */
export function exitCodeOfError(code: ErrorCode): number {
  return errorKinds[code].exitCode;
}

/** The table as lines of text. */
export function exitCodeLines(): string[] {
  return [
    ...Object.values(exitCodes).map(({ code, meaning }) => `${String(code).padStart(4)}  ${meaning}`),
    // npm ends itself by the signal, whatever the command that it ran ended with.
    '      npx ends with 130 at Ctrl-C in place of 8; an installed holdfast with 8',
  ];
}

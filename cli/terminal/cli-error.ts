// SPDX-License-Identifier: Apache-2.0
// The error that ends a command: what, why, what next. Does not print itself.
import { exitCodes, type ExitName } from './exit-codes.ts';

export interface CliErrorFacts {
  /** One line each, printed under the message. */
  readonly details?: readonly string[];
  /** A whole sentence or command that goes on from here. */
  readonly next?: string;
}

/** Ends a command with an exit code, a message, details and a next step. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  readonly details: readonly string[];
  readonly next: string | undefined;

  constructor(exit: ExitName | number, message: string, facts: CliErrorFacts = {}) {
    super(message);
    this.exitCode = typeof exit === 'number' ? exit : exitCodes[exit].code;
    this.details = facts.details ?? [];
    this.next = facts.next;
  }

  /** The error as lines for people. */
  lines(): string[] {
    return [
      `error: ${this.message}`,
      ...this.details.map((detail) => `  ${detail}`),
      ...(this.next === undefined ? [] : [`next: ${this.next}`]),
    ];
  }
}

/** Temporal does not answer; whoever watches may bring it back and go on. */
export class TemporalUnreachable extends CliError {
  constructor(cause: string) {
    super('unreachable', `Temporal does not answer: ${cause}`, {
      next: 'Check the address and that the server runs, then run: holdfast up',
    });
  }
}

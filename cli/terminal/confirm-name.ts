// SPDX-License-Identifier: Apache-2.0
// Asks for the name of what is about to be lost. Knows no operation.
import { CliError } from './cli-error.ts';
import type { CommandContext, Options } from '../command.ts';
import type { Io } from './io.ts';
import { isForPrograms } from './output-format.ts';

export const confirmOption = {
  flags: '--confirm <name>',
  text: 'the name once more, instead of typing it',
  group: 'Confirmation',
} as const;

export interface Confirmation {
  readonly name: string;
  /** Ends in a blank: what is lost, and what to type. */
  readonly question: string;
  /** For the refusal: `Destroying lab`. */
  readonly what: string;
  /** The same command with its confirmation. */
  readonly next: string;
}

/** True where a person can be asked: at a terminal, unless a flag or CI says no. */
export function mayAsk(io: Io, options: Options): boolean {
  if (options['input'] === false || isForPrograms(options) || io.environment['CI']) return false;
  return io.stdinIsTty && io.stderr.isTty;
}

/** Returns once the name was given. @throws CliError (exit 2) when it was not, or nobody can be asked */
export async function confirmName(
  { io }: CommandContext,
  options: Options,
  { name, question, what, next }: Confirmation,
): Promise<void> {
  const named = options['confirm'];
  if (named === name) return;
  if (named !== undefined) {
    throw new CliError('usage', `--confirm names ${String(named)}, not ${name}; nothing was started`);
  }
  if (!mayAsk(io, options))
    throw new CliError('usage', `${what} needs a confirmation; nothing was started`, { next });
  const answer = await io.ask(question);
  if (answer?.trim() !== name) throw new CliError('usage', 'The name was not typed; nothing was started');
}

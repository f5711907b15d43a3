// SPDX-License-Identifier: Apache-2.0
// Asks the machine's program for one piece of work and returns its result. Does nothing to the machine itself.
import { CliError } from '../terminal/cli-error.ts';
import type { Io } from '../terminal/io.ts';

/** One line of the program, as workers/machine/commands.ts promises it. */
export type MachineEvent =
  | { readonly type: 'progress' | 'line'; readonly text: string }
  | { readonly type: 'stopped'; readonly what: string; readonly pid: number }
  | { readonly type: 'result'; readonly data: unknown }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly cause?: string;
      readonly hint: string;
    };

/** `stdin` is how a secret is handed over. @throws CliError (exit 1) in the program's own words */
export async function askMachine<T>(
  io: Io,
  words: readonly string[],
  stdin: string | null = '',
  onEvent: (event: MachineEvent) => void = () => undefined,
): Promise<T> {
  let result: MachineEvent | undefined;
  let failure: (MachineEvent & { type: 'error' }) | undefined;
  const end = await io.machine(words, stdin, (line) => {
    const event = parseEvent(line);
    if (event === null) return;
    if (event.type === 'result') result = event;
    if (event.type === 'error') failure = event;
    if (event.type === 'progress') io.stderr.write(`${event.text}\n`);
    if (event.type === 'stopped') io.stderr.write(`stopped ${event.what} (pid ${event.pid})\n`);
    onEvent(event);
  });
  if (failure !== undefined) {
    const { message, cause, hint } = failure;
    const details = cause === undefined ? [] : [`cause: ${cause}`];
    throw new CliError('failed', message, { details, next: hint });
  }
  if (result?.type === 'result') return result.data as T;
  const details = end.stderr.trim().split('\n').slice(-5);
  throw new CliError('bug', `The machine's program ended with exit code ${end.exitCode}`, { details });
}

function parseEvent(line: string): MachineEvent | null {
  try {
    return JSON.parse(line) as MachineEvent;
  } catch {
    return null; // Anything that is no record was not meant for us.
  }
}

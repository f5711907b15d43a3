// SPDX-License-Identifier: Apache-2.0
// The shape of a command as data. Help, parsing and tests read it; commands/ fills it.
import type { Config } from './config/load-config.ts';
import type { Io } from './terminal/io.ts';
import { outputFormats } from './terminal/output-format.ts';
import type { Connect } from './temporal/temporal-client.ts';

export interface CommandContext {
  readonly io: Io;
  readonly connect: Connect;
  readonly stateDirectory: string;
  readonly config: Config;
}

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface CommandOption {
  readonly flags: string;
  readonly text: string;
  readonly group: 'Plan' | 'Run' | 'Confirmation' | 'Answer' | 'Output';
  /** May be given more than once: its values are a list. */
  readonly isRepeatable?: true;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** HOLDFAST_FORMAT says what it is where it is not given. */
  readonly isDefaulted?: true;
}

interface CommandArgument {
  readonly name: string;
  readonly text: string;
  /** Only for the last argument: it may be given any number of times, or not at all. */
  readonly isVariadic?: true;
}

export interface Command {
  /** Noun and verb, or the verb alone. */
  readonly words: readonly string[];
  /** Starts with a verb, no full stop. */
  readonly summary: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  /** Without the program's name. */
  readonly examples: readonly string[];
  /** Returns the exit code. @throws CliError */
  run(context: CommandContext, args: readonly string[], options: Options): Promise<number>;
}

const formatOption: CommandOption = {
  flags: '-o, --format <format>',
  text: outputFormats.join(', '),
  group: 'Output',
  choices: outputFormats,
};

/** `text`: of --json. */
export const formatOptions = (text: string): readonly CommandOption[] => [
  { flags: '--json', text, group: 'Output' },
  formatOption,
];

const noColorOption: CommandOption = { flags: '--no-color', text: 'print no colour', group: 'Output' };

/** Of a command that reads: its format can have another default. */
export const outputOptions: readonly CommandOption[] = [
  { flags: '--json', text: 'print JSON on stdout', group: 'Output' },
  { ...formatOption, isDefaulted: true },
  noColorOption,
];

/** Of a command that does something, or writes a file unless its result is asked for on stdout. */
export const resultOptions = (text = 'print JSON on stdout'): readonly CommandOption[] => [
  ...formatOptions(text),
  noColorOption,
];

export const quietOption: CommandOption = {
  flags: '-q, --quiet',
  text: 'print no progress, only the end',
  group: 'Output',
};

export const noInputOption: CommandOption = { flags: '--no-input', text: 'never ask', group: 'Output' };

export const watchOptions: readonly CommandOption[] = [
  ...resultOptions('print records on stdout, one JSON object a line'),
  quietOption,
  { flags: '--no-input', text: 'never ask, never redraw', group: 'Output' },
];

export const runOptions: readonly CommandOption[] = [
  { flags: '--detach', text: 'start, print the id and return (exit 8)', group: 'Run' },
  { flags: '--attach', text: 'only watch the run that is there, start none', group: 'Run' },
];

export const takeOverOption: CommandOption = {
  flags: '--take-over',
  text: 'take the box at once from a holder whose worker is gone; a living one keeps it',
  group: 'Run',
};

// SPDX-License-Identifier: Apache-2.0
// A command of holdfast as a person types it, with every option that it needs. Runs none.
import type { Command, Options } from '../command.ts';
import { shellQuoted } from './shell-quote.ts';

/** By flag; true for one without a value, a list for one that is repeated. Undefined and false are left out. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** `words` without the name of the program: `box install`. */
export function commandLine(words: string, args: readonly string[], flags: Flags = {}): string {
  const options = Object.entries(flags).flatMap(([flag, value]) => optionWords(flag, value));
  const named = args.map(shellQuoted);
  // What begins with a dash would be taken for an option.
  const typed = args.some((arg) => arg.startsWith('-'))
    ? [...options, '--', ...named]
    : [...named, ...options];
  return ['holdfast', words, ...typed].join(' ');
}

/** The same command once more, with these options in place of those that were typed. */
export function sameCommand(command: Command, args: readonly string[], options: Options): string {
  const flags = command.options.map(({ flags: declared }) => {
    const flag = /--[\w-]+/.exec(declared)?.[0] ?? '';
    const isNegative = flag.startsWith('--no-');
    // As commander names them: --take-over is takeOver, --no-input is input, which is true without it.
    const key = flag
      .replace(/^--(no-)?/, '')
      .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [flag, isNegative ? options[key] === false : options[key]] as const;
  });
  return commandLine(command.words.join(' '), args, Object.fromEntries(flags));
}

function optionWords(flag: string, value: Flags[string]): string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [flag];
  const values = typeof value === 'string' ? [value] : value;
  return values.flatMap((each) => [
    each.startsWith('-') ? `${flag}=${shellQuoted(each)}` : `${flag} ${shellQuoted(each)}`,
  ]);
}

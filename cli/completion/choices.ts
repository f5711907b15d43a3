// SPDX-License-Identifier: Apache-2.0
// What can follow on a command line, out of the commands as data. The scripts of the shells are made of it. Pure.
import type { Command } from '../command.ts';

export interface Choice {
  readonly word: string;
  readonly text: string;
}

export interface CommandChoices {
  /** `box install`, or `up`. */
  readonly words: string;
  readonly options: readonly Choice[];
  /** What the first argument names: a box, or a file, or nothing that a shell knows. */
  readonly first: 'box' | 'file' | 'box-or-file' | 'none';
}

/** Words at the first place: nouns, and verbs that stand alone. */
export function firstChoices(
  commands: readonly Command[],
  nouns: Readonly<Record<string, string>>,
): Choice[] {
  const alone = commands.filter(({ words }) => words.length === 1);
  return [
    ...alone.map(({ words, summary }) => ({ word: words[0] ?? '', text: summary })),
    ...Object.entries(nouns).map(([word, text]) => ({ word, text })),
    { word: 'help', text: 'explain a command, or a topic' },
  ];
}

/** Verbs of a noun. */
export function verbChoices(commands: readonly Command[], noun: string): Choice[] {
  return commands
    .filter(({ words }) => words[0] === noun && words.length > 1)
    .map(({ words, summary }) => ({ word: words[1] ?? '', text: summary }));
}

export function commandChoices(commands: readonly Command[]): CommandChoices[] {
  return commands.map((command) => ({
    words: command.words.join(' '),
    options: [
      ...command.options.map(({ flags, text }) => ({ word: /--[a-z-]+/.exec(flags)?.[0] ?? flags, text })),
      { word: '--help', text: 'explain the command' },
    ],
    first: firstOf(command),
  }));
}

function firstOf({ words, arguments: [argument] }: Command): CommandChoices['first'] {
  if (argument?.name === 'file-or-name') return 'box-or-file';
  if (argument?.name === 'file') return 'file';
  const isOfBox = ['box', 'nova', 'credentials'].includes(words[0] ?? '');
  return argument?.name === 'name' && isOfBox ? 'box' : 'none';
}

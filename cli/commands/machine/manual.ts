// SPDX-License-Identifier: Apache-2.0
// `holdfast manual`: the manual page as roff on stdout. Writes no file.
import type { Command } from '../../command.ts';
import { manualPage } from '../../completion/manual-page.ts';
import { exitCodeLines, exitCodes } from '../../terminal/exit-codes.ts';
import { environmentLines } from '../../terminal/help.ts';

/** Of all commands, this one among them. */
export function manualCommand(
  commandsOf: () => readonly Command[],
  nouns: Readonly<Record<string, string>>,
): Command {
  return {
    words: ['manual'],
    summary: 'print the manual page, for `man -l -`',
    arguments: [],
    options: [],
    examples: ['manual | man -l -'],
    run: async ({ io }) => {
      const facts = {
        version: await io.version(),
        exitCodes: exitCodeLines(),
        environment: environmentLines,
      };
      io.stdout.write(manualPage(commandsOf(), nouns, facts));
      return exitCodes.done.code;
    },
  };
}

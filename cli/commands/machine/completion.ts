// SPDX-License-Identifier: Apache-2.0
// `holdfast completion`: the completion of a shell as a script on stdout. Writes no file.
import { CliError } from '../../terminal/cli-error.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { bashScript } from '../../completion/bash.ts';
import { commandChoices, firstChoices, verbChoices } from '../../completion/choices.ts';
import { fishScript } from '../../completion/fish.ts';
import { zshScript } from '../../completion/zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const isShell = (text: string): text is keyof typeof scripts => Object.hasOwn(scripts, text);

/** Of all commands, this one among them. */
export function completionCommand(
  commandsOf: () => readonly Command[],
  nouns: Readonly<Record<string, string>>,
): Command {
  return {
    words: ['completion'],
    summary: 'print the completion of bash, zsh or fish as a script',
    arguments: [{ name: 'shell', text: 'bash, zsh or fish' }],
    options: [],
    examples: ['completion bash'],
    run: ({ io }, [shell = ''], _options) => {
      if (!isShell(shell))
        throw new CliError('usage', `There is no completion for ${shell}: bash, zsh and fish have one`);
      const commands = commandsOf();
      const verbs = Object.fromEntries(
        Object.keys(nouns).map((noun) => [noun, verbChoices(commands, noun)] as const),
      );
      io.stdout.write(scripts[shell](firstChoices(commands, nouns), verbs, commandChoices(commands)));
      return Promise.resolve(exitCodes.done.code);
    },
  };
}

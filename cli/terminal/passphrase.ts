// SPDX-License-Identifier: Apache-2.0
// Gets a passphrase from a file or from the terminal. Never from an argument: those are seen by everybody.
import { CliError } from './cli-error.ts';
import type { CommandContext, CommandOption, Options } from '../command.ts';

export const passphraseOption: CommandOption = {
  flags: '--passphrase-file <path>',
  text: 'read the passphrase from a file instead of asking',
  group: 'Run',
};

/** Asks twice when a new one is chosen. @throws CliError (exit 2) */
export async function passphraseFor(
  { io }: CommandContext,
  options: Options,
  purpose: 'new' | 'known',
): Promise<string> {
  const path = options['passphraseFile'];
  if (typeof path === 'string') {
    const text = await io.readText(io.absolute(path));
    if (text === null) throw new CliError('usage', `There is no file ${path}; nothing was done`);
    return text.replace(/\r?\n$/, '');
  }
  if (!io.stdinIsTty || !io.stderr.isTty) {
    throw new CliError('usage', 'There is no terminal to ask for the passphrase; nothing was done', {
      next: 'Name a file that holds it: --passphrase-file PATH',
    });
  }
  const passphrase = await io.askSecret('Passphrase of the backup: ');
  if (passphrase === null) throw new CliError('usage', 'No passphrase was given; nothing was done');
  if (purpose === 'known') return passphrase;
  const again = await io.askSecret('The same once more: ');
  if (again === passphrase) return passphrase;
  throw new CliError('usage', 'The two passphrases differ; nothing was done');
}

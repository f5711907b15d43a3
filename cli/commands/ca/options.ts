// SPDX-License-Identifier: Apache-2.0
// What the commands that speak to tokens have in common: the module, and where PINs are read. No PIN is an argument.
import type { CommandContext, CommandOption, Options } from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';

export const authorityArgument = { name: 'name', text: 'the name of a recorded authority' } as const;

export const tokenOptions: readonly CommandOption[] = [
  {
    flags: '--module <path>',
    text: 'the PKCS #11 library of the tokens, such as libsofthsm2.so or libykcs11.so',
    group: 'Run',
  },
  {
    flags: '--pin-file <serial=path>',
    text: 'read the PIN of a token from a file that only you can read, instead of asking; once for each token',
    group: 'Run',
    isRepeatable: true,
  },
];

export interface TokenAccess {
  readonly module: string;
  readonly pinFiles: Readonly<Record<string, string>>;
}

/** @throws CliError (exit 2) */
export function tokenAccessOf({ io }: CommandContext, options: Options): TokenAccess {
  const { module } = options;
  if (typeof module !== 'string' || module === '')
    throw new CliError('usage', 'The module of the tokens is not named; nothing was started', {
      next: 'Add --module PATH; with SoftHSM on Debian it is /usr/lib/softhsm/libsofthsm2.so',
    });
  const pinFiles: Record<string, string> = {};
  for (const text of [options['pinFile'] ?? []].flat()) {
    const [, serial = '', path = ''] = /^([^=]+)=(.+)$/.exec(String(text)) ?? [];
    if (serial === '') throw new CliError('usage', `--pin-file takes SERIAL=PATH, not ${String(text)}`);
    if (Object.hasOwn(pinFiles, serial)) throw new CliError('usage', `--pin-file names ${serial} twice`);
    pinFiles[serial] = io.absolute(path);
  }
  return { module: io.absolute(module), pinFiles };
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast ca init`: makes a root on a token and prints how a spec pins it. Needs no Temporal.
import type { Command, Options } from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { tokenAccessOf, tokenOptions } from './options.ts';

export const caInit: Command = {
  words: ['ca', 'init'],
  summary: 'make a root on a token, and print the part of a spec that pins it',
  arguments: [{ name: 'serial', text: 'the serial number of the token, which holds no key of this id yet' }],
  options: [
    { flags: '--common-name <text>', text: 'the name of the root', group: 'Run' },
    { flags: '--organization <text>', text: 'whose root it is; default: not said', group: 'Run' },
    { flags: '--key-id <hex>', text: 'CKA_ID of the key; default 01', group: 'Run' },
    { flags: '--lifetime <days>', text: 'how long it is valid; default 7300d', group: 'Run' },
    ...tokenOptions,
  ],
  examples: [
    'ca init 1a2b3c4d5e6f7a8b --common-name "Lab Root" --module /usr/lib/softhsm/libsofthsm2.so > root.yaml',
  ],
  run: async (context, [serial = ''], options) => {
    const commonName = textOf(options, 'commonName');
    if (commonName === null)
      throw new CliError('usage', 'The name of the root is not given; nothing was made', {
        next: 'Add --common-name TEXT',
      });
    const organization = textOf(options, 'organization');
    const root = {
      serial,
      id: textOf(options, 'keyId') ?? '01',
      subject: organization === null ? { commonName } : { organization, commonName },
      lifetime: textOf(options, 'lifetime') ?? '7300d',
    };
    const { module, pinFiles } = tokenAccessOf(context, options);
    return context.io.station(JSON.stringify({ work: 'make-root', module, pinFiles, root }));
  },
};

function textOf(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast box env`: lines for a shell, by which clients find the box. Asks nobody.
import { accessOf, requireSpec } from '../box-records.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { shellQuoted } from '../shell-quote.ts';
import { boxNameArgument } from './box-drift.ts';

export const boxEnv: Command = {
  words: ['box', 'env'],
  summary: 'print the shell variables by which clients find a box',
  arguments: [boxNameArgument],
  options: [],
  examples: ['box env local-box'],
  run: async (context, [name = ''], _options) => {
    await requireSpec(context, name);
    const access = await accessOf(context, name);
    if (access === null) {
      throw new CliError('failed', `The access files of box ${name} are not written yet`, {
        next: `holdfast box install ${name}`,
      });
    }
    const cloud = access.clouds[0] ?? `${name}-admin`;
    context.io.stdout.write(`export OS_CLIENT_CONFIG_FILE=${shellQuoted(access.cloudsYaml)}\n`);
    // The clients look for the passwords beside the first file only in folders of their own.
    context.io.stdout.write(`export OS_CLIENT_SECURE_FILE=${shellQuoted(access.secureYaml)}\n`);
    context.io.stdout.write(`export OS_CLOUD=${shellQuoted(cloud)}\n`);
    return exitCodes.done.code;
  },
};

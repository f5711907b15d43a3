// SPDX-License-Identifier: Apache-2.0
// `holdfast ca activate`: has the box of an authority issue by an intermediate that a ceremony made.
import { ceremonySubject } from '../../../workflows/contracts/authority/authority-spec.ts';
import { acmeDirectory } from '../../../workflows/contracts/authority/server.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { authorityArgument } from './options.ts';

export const caActivate: Command = {
  words: ['ca', 'activate'],
  summary: 'issue leaves by another intermediate, once one of them was tried',
  arguments: [authorityArgument, { name: 'generation', text: 'of an intermediate that a ceremony made' }],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['ca activate lab 1'],
  run: async (context, [argument = '', text = ''], options) => {
    const { spec } = await requireAuthority(context, argument);
    if (!/^[1-9]\d{0,3}$/.test(text))
      throw new CliError('usage', `${JSON.stringify(text)} is no generation; nothing was started`, {
        next: `holdfast ca status ${spec.name}`,
      });
    const generation = Number(text);
    const { name } = spec;
    const request = {
      operation: operations.activateIntermediate,
      subject: ceremonySubject(name, generation),
      input: { name, generation, takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, () => {
      const directory = acmeDirectory(spec.server?.names ?? []);
      context.io.stdout.write(`Generation ${generation} of ${name} issues leaves at ${directory}\n`);
      return Promise.resolve();
    });
  },
};

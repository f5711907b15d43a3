// SPDX-License-Identifier: Apache-2.0
// `holdfast nova restore`: puts Nova's databases back to a dump; the run asks for approval before it stops anything.
import { requireSpec } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from '../box/drift.ts';

export const novaRestore: Command = {
  words: ['nova', 'restore'],
  summary: "put Nova's databases back to a dump, once a person approved",
  arguments: [boxNameArgument],
  options: [
    { flags: '--backup <id>', text: 'the id of a dump, as box dumps lists it', group: 'Run' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['nova restore local-box --backup 3f2a9c0d11e47b58'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireSpec(context, argument);
    const dump = options['backup'];
    if (typeof dump !== 'string' && options['attach'] !== true)
      throw new CliError('usage', 'Which dump? Name one with --backup', {
        next: `holdfast box dumps ${name}`,
      });
    const input = { name, dump, takeOver: options['takeOver'] === true };
    return runOperation(context, options, { operation: operations.restoreNova, subject: name, input });
  },
};

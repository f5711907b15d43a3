// SPDX-License-Identifier: Apache-2.0
// `holdfast config show`: the settings of the command line, and where each is from. Starts nothing.
import { outputOptions, type Command } from '../../command.ts';
import { aligned } from '../../terminal/columns.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';
import { typed } from '../../terminal/settings.ts';

export const configShow: Command = {
  words: ['config', 'show'],
  summary: 'show settings, and whether environment, file or default gave them',
  arguments: [],
  options: outputOptions,
  examples: ['config show', 'config show -o yaml'],
  run: async ({ io, config }, _, options) => {
    if (isForPrograms(options)) writeDocument(io, options, config);
    else {
      const rows = config.settings.map(({ key, value, from }) => [key, value, from]);
      for (const line of aligned([['KEY', 'VALUE', 'FROM'], ...rows])) io.stdout.write(`${line}\n`);
      if (!config.isThere)
        io.stderr.write(
          typed(io, `There is no ${config.path}; docs/configuration.md says what it may hold\n`),
        );
    }
    return exitCodes.done.code;
  },
};

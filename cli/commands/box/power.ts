// SPDX-License-Identifier: Apache-2.0
// `holdfast box start`, `stop` and `restart`: the power of a box. Removes nothing.
import { requireSpec } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { typed } from '../../terminal/settings.ts';
import { boxNameArgument } from './drift.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

const shape = { arguments: [boxNameArgument], options: [...runOptions, takeOverOption, ...watchOptions] };

export const boxStart: Command = {
  ...shape,
  words: ['box', 'start'],
  summary: 'boot a box that is off, and wait until its services answer',
  examples: ['box start local-box'],
  run: (context, args, options) => power(context, args, options, operations.startBox),
};

export const boxStop: Command = {
  ...shape,
  words: ['box', 'stop'],
  summary: 'switch a box off with its guests; all that it holds stays',
  examples: ['box stop local-box'],
  run: (context, args, options) => power(context, args, options, operations.stopBox),
};

export const boxRestart: Command = {
  ...shape,
  words: ['box', 'restart'],
  summary: 'switch a box off and boot it again',
  options: [takeOverOption, ...watchOptions],
  examples: ['box restart local-box'],
  run: async (context, args, options) => {
    if (isForPrograms(options))
      throw new CliError(
        'usage',
        'A restart is two runs, whose records would be mixed; nothing was started',
        {
          next: 'holdfast box stop NAME --json, then holdfast box start NAME --json',
        },
      );
    const stopped = await power(context, args, options, operations.stopBox);
    if (stopped === exitCodes.done.code) return power(context, args, options, operations.startBox);
    // Nobody is left who would boot it.
    if (stopped === exitCodes.running.code)
      context.io.stderr.write(
        `next: ${typed(context.io, `holdfast box start ${args[0] ?? ''}`)}, once it is off\n`,
      );
    return stopped;
  },
};

async function power(
  context: CommandContext,
  [argument = '']: readonly string[],
  options: Options,
  operation: Operation,
): Promise<number> {
  const { name } = await requireSpec(context, argument);
  const input = { name, takeOver: options['takeOver'] === true };
  return runOperation(context, options, { operation, subject: name, input });
}

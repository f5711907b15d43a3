// SPDX-License-Identifier: Apache-2.0
// `holdfast box update`: brings the packages of a box up to date; with --plan only shows which are behind.
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { requireSpec } from '../../records/box-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from './drift.ts';
import { exitCodeOption } from './plan.ts';

export const boxUpdate: Command = {
  words: ['box', 'update'],
  summary: 'bring packages of a box up to date, and back when the canary is bad',
  arguments: [boxNameArgument],
  options: [
    { flags: '--plan', text: 'only show which packages are behind their sources', group: 'Plan' },
    { flags: '--back', text: 'lay the box on the image that it had before its last update', group: 'Run' },
    exitCodeOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['box update local-box --plan', 'box update local-box', 'box update local-box --back'],
  run: async (context, args, options) => {
    const { name } = await requireSpec(context, args[0] ?? '');
    const [isPlan, isBack] = [options['plan'] === true, options['back'] === true];
    if (isPlan && isBack) throw new CliError('usage', '--plan and --back are two things; name one');
    const update = isBack ? operations.revertUpdate : operations.updateBox;
    return runOperation(context, options, {
      operation: isPlan ? operations.planUpdate : update,
      subject: name,
      input: { name, takeOver: !isPlan && options['takeOver'] === true },
    });
  },
};

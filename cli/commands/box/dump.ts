// SPDX-License-Identifier: Apache-2.0
// `holdfast box dump`: keeps a copy of every database of a box, now.
import { boxNameOf } from '../../records/box-records.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from './drift.ts';

export const boxDump: Command = {
  words: ['box', 'dump'],
  summary: 'keep a copy of every database of a box; a schedule does it every day',
  arguments: [boxNameArgument],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['box dump local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    const input = { name, takeOver: options['takeOver'] === true };
    return runOperation(context, options, { operation: operations.dumpBox, subject: name, input });
  },
};

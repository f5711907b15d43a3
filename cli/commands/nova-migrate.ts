// SPDX-License-Identifier: Apache-2.0
// `holdfast nova migrate`: brings Nova's databases to the release of its packages.
import { boxNameOf } from '../box-records.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../command.ts';
import { operations } from '../operations.ts';
import { runOperation } from '../run-operation.ts';
import { boxNameArgument } from './box-drift.ts';

export const novaMigrate: Command = {
  words: ['nova', 'migrate'],
  summary: "bring Nova's databases to the release of its packages",
  arguments: [boxNameArgument],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['nova migrate local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    const input = { name, takeOver: options['takeOver'] === true };
    return runOperation(context, options, { operation: operations.migrateNova, subject: name, input });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast nova migrate`: brings Nova's databases to the release of its packages; with --plan only tells what that would do.
import { requireSpec } from '../../records/box-records.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from '../box/drift.ts';

export const novaMigrate: Command = {
  words: ['nova', 'migrate'],
  summary: "bring Nova's databases to the release of its packages",
  arguments: [boxNameArgument],
  options: [
    { flags: '--plan', text: 'only show what differs now, as nova status does', group: 'Plan' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['nova migrate local-box --plan', 'nova migrate local-box'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireSpec(context, argument);
    const input = { name, takeOver: options['takeOver'] === true };
    const operation = options['plan'] === true ? operations.novaStatus : operations.migrateNova;
    return runOperation(context, options, { operation, subject: name, input });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast nova status`: where Nova's databases stand: heads, cells, rows to migrate, programs, its own check. Changes nothing.
import { requireSpec } from '../../records/box-records.ts';
import { runOptions, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from '../box/drift.ts';
import { exitCodeOption } from '../box/plan.ts';

export const novaStatus: Command = {
  words: ['nova', 'status'],
  summary: "tell where Nova's databases stand: heads, cells, rows to migrate",
  arguments: [boxNameArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['nova status local-box'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireSpec(context, argument);
    const input = { name, takeOver: false };
    return runOperation(context, options, { operation: operations.novaStatus, subject: name, input });
  },
};

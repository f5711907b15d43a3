// SPDX-License-Identifier: Apache-2.0
// `holdfast box drift`: compares a live box with its recorded spec. Changes nothing.
import { requireSpec } from '../../records/box-records.ts';
import { runOptions, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { exitCodeOption } from './plan.ts';

export const boxNameArgument = { name: 'name', text: 'the name of a recorded box' } as const;

export const boxDrift: Command = {
  words: ['box', 'drift'],
  summary: 'compare a live box with its recorded spec, step by step',
  arguments: [boxNameArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['box drift local-box', 'box drift local-box --exit-code'],
  run: async (context, args, options) => {
    const { name } = await requireSpec(context, args[0] ?? '');
    return runOperation(context, options, {
      operation: operations.driftBox,
      subject: name,
      input: { name, takeOver: false },
    });
  },
};

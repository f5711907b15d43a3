// SPDX-License-Identifier: Apache-2.0
// `holdfast box plan`: shows what an install would change. Changes nothing.
import { runOptions, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { specOf } from '../../records/spec-source.ts';
import { recordWanted } from '../../records/wanted-spec.ts';

export const specArgument = {
  name: 'file-or-name',
  text: 'a YAML file (has a / or ends in .yaml), or the name of a recorded box',
} as const;

export const exitCodeOption = {
  flags: '--exit-code',
  text: 'exit with 3 when something differs',
  group: 'Plan',
} as const;

export const boxPlan: Command = {
  words: ['box', 'plan'],
  summary: 'show what an install would change, step by step',
  arguments: [specArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['box plan examples/local-box.yaml', 'box plan local-box --exit-code'],
  run: async (context, args, options) => {
    const spec = await specOf(context, args[0] ?? '');
    const input = { ...(await recordWanted(context, spec)), takeOver: false };
    const request = { operation: operations.planBox, subject: spec.name, input };
    return runOperation(context, options, request);
  },
};

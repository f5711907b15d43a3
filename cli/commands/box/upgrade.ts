// SPDX-License-Identifier: Apache-2.0
// `holdfast box upgrade`: takes a box to the release that a spec names; with --plan only tells what that would do.
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { specOf } from '../../records/spec-source.ts';
import { recordWanted } from '../../records/wanted-spec.ts';
import { specArgument } from './plan.ts';

export const boxUpgrade: Command = {
  words: ['box', 'upgrade'],
  summary: 'take a box to the release that a spec names, with all that it holds',
  arguments: [specArgument],
  options: [
    { flags: '--plan', text: 'only show what would change', group: 'Plan' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['box upgrade my-box.yaml --plan', 'box upgrade my-box.yaml'],
  run: async (context, [argument = ''], options) => {
    const spec = await specOf(context, argument);
    const input = { ...(await recordWanted(context, spec)), takeOver: options['takeOver'] === true };
    const operation = options['plan'] === true ? operations.planUpgrade : operations.upgradeBox;
    return runOperation(context, options, { operation, subject: spec.name, input });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors push`: the images that a mirror publishes, into another registry.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { requireMirror } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsPush: Command = {
  words: ['mirrors', 'push'],
  summary: 'push the images that a mirror publishes into another registry',
  arguments: [mirrorNameArgument],
  options: [
    { flags: '--to <url>', text: 'the registry, which wants no login; what is there stays', group: 'Run' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['mirrors push local-mirror --to http://registry.example.org:5000'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireMirror(context, argument);
    const { to } = options;
    if (typeof to !== 'string' || to === '')
      throw new CliError('usage', 'Name the registry: --to URL; nothing was started');
    const input = { name, to, takeOver: options['takeOver'] === true };
    return runOperation(context, options, { operation: operations.pushImages, subject: name, input });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors refresh`: fetches, builds, tries and publishes one revision of a mirror, or shows what it would fetch.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { mirrorStatus, requireMirror } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { exitCodeOption } from '../box/plan.ts';

export const mirrorNameArgument = { name: 'name', text: 'the name of a recorded mirror' } as const;

export const mirrorsRefresh: Command = {
  words: ['mirrors', 'refresh'],
  summary: 'publish a new revision of what a mirror serves, once clients took it',
  arguments: [mirrorNameArgument],
  options: [
    { flags: '--plan', text: 'only show what would be fetched, and from where', group: 'Plan' },
    exitCodeOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['mirrors refresh local-mirror', 'mirrors refresh local-mirror --plan'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireMirror(context, argument);
    const isPlan = options['plan'] === true;
    const request = {
      operation: isPlan ? operations.planRefresh : operations.refreshMirrors,
      subject: name,
      input: { name, takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, async () => {
      const status = await mirrorStatus(context, name);
      if (status === null) return;
      for (const line of mirrorLines(name, status, context.io.now())) context.io.stdout.write(`${line}\n`);
    });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors rollback`: has a mirror serve a kept revision again.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { mirrorStatus, requireMirror, revisionOf } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsRollback: Command = {
  words: ['mirrors', 'rollback'],
  summary: 'serve a kept revision again: the one before, or the one that is named',
  arguments: [
    mirrorNameArgument,
    {
      name: 'revision',
      text: 'the first digits of a kept revision, as `mirrors status` lists them; default: the one before',
      isVariadic: true,
    },
  ],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['mirrors rollback local-mirror', 'mirrors rollback local-mirror 3f9a1c0d'],
  run: async (context, [argument = '', ...digits], options) => {
    const { name } = await requireMirror(context, argument);
    const revision = digits.length === 0 ? null : revisionOf(name, await mirrorStatus(context, name), digits);
    const request = {
      operation: operations.rollbackMirror,
      subject: name,
      input: { name, revision, takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, async () => {
      const status = await mirrorStatus(context, name);
      if (status === null) return;
      for (const line of mirrorLines(name, status, context.io.now())) context.io.stdout.write(`${line}\n`);
    });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors status`: the revision that a mirror serves, its age and its size. Asks no mirror.
import { outputOptions, type Command } from '../../command.ts';
import { mirrorStatus, requireMirror } from '../../records/mirror-records.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { mirrorNameArgument } from './refresh.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const mirrorsStatus: Command = {
  words: ['mirrors', 'status'],
  summary: 'show the revision that a mirror serves, its age and its size',
  arguments: [mirrorNameArgument],
  options: outputOptions,
  examples: ['mirrors status local-mirror', 'mirrors status local-mirror --json'],
  run: async (context, [argument = ''], options) => {
    const { io } = context;
    const { name } = await requireMirror(context, argument);
    const status = await mirrorStatus(context, name);
    if (isForPrograms(options)) writeDocument(io, options, status);
    else if (status === null)
      io.stderr.write(
        `Mirror ${name} serves nothing yet; next: ${typed(io, `holdfast mirrors refresh ${name}`)}\n`,
      );
    else for (const line of mirrorLines(name, status, io.now())) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors import`: publishes what a folder carries from another mirror, once its signatures and real clients took it.
import { join } from 'node:path';
import { receiptFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { mirrorStatus, requireMirror } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsImport: Command = {
  words: ['mirrors', 'import'],
  summary: 'publish what a bundle carries, once signers and clients vouch for it',
  arguments: [
    mirrorNameArgument,
    { name: 'folder', text: 'where the bundle lies, or its first medium is mounted', isVariadic: true },
  ],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['mirrors import far-mirror /mnt/medium/bundle'],
  run: async (context, [argument = '', ...folders], options) => {
    const { io, stateDirectory } = context;
    const { name } = await requireMirror(context, argument);
    const [folder] = folders;
    if (folder === undefined || folders.length > 1)
      throw new CliError('usage', 'Name the one folder of the bundle', {
        next: sameCommand(mirrorsImport, [name, 'FOLDER'], options),
      });
    const request = {
      operation: operations.importBundle,
      subject: name,
      input: { name, folder: io.absolute(folder), takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, async () => {
      const status = await mirrorStatus(context, name);
      if (status === null) return;
      for (const line of mirrorLines(name, status, io.now())) io.stdout.write(`${line}\n`);
      if (status.received == null) return;
      const { site, generation } = status.received;
      const path = join(stateDirectory, receiptFile(name, site, generation));
      io.stdout.write(`Receipt: ${path}; with it ${site} exports only what is new: --since\n`);
    });
  },
};

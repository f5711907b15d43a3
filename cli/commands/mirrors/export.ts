// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors export`: writes what a mirror serves into a folder, signed, for a site that no network reaches.
import { bundleFile, bundleNamespace } from '../../../workflows/contracts/mirror/bundle.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command, type Options } from '../../command.ts';
import { requireMirror } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsExport: Command = {
  words: ['mirrors', 'export'],
  summary: 'write what a mirror serves into a folder, for a site without network',
  arguments: [mirrorNameArgument],
  options: [
    {
      flags: '--to <folder>',
      text: 'where the bundle is written; its part there is gone on with',
      group: 'Run',
    },
    {
      flags: '--since <receipt>',
      text: 'leave out what this receipt of the far site lists; default: nothing',
      group: 'Run',
    },
    { flags: '--segment-bytes <n>', text: 'size of the largest file; default: 4000000000', group: 'Run' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: [
    'mirrors export local-mirror --to /mnt/medium/bundle',
    'mirrors export local-mirror --to /mnt/medium/bundle --since ./local-mirror-3.receipt',
  ],
  run: async (context, [argument = ''], options) => {
    const { io } = context;
    const { name } = await requireMirror(context, argument);
    const folder = io.absolute(requiredText(options, 'to', '--to FOLDER'));
    const since = options['since'];
    const request = {
      operation: operations.exportBundle,
      subject: name,
      input: {
        name,
        folder,
        since: typeof since === 'string' ? io.absolute(since) : null,
        ...segmentBytesOf(options),
        takeOver: options['takeOver'] === true,
      },
    };
    return runOperation(context, options, request, () => {
      io.stdout.write(
        `The bundle is in ${folder}; where the far site has it: holdfast mirrors import NAME FOLDER\n` +
          `Further signers sign it with: ssh-keygen -Y sign -n ${bundleNamespace} -f KEY ${folder}/${bundleFile}\n`,
      );
      return Promise.resolve();
    });
  },
};

/** @throws CliError (exit 2) */
function requiredText(options: Options, name: string, flag: string): string {
  const value = options[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new CliError('usage', `Name the folder of the bundle: ${flag}`);
}

/** @throws CliError (exit 2) for what is not a whole number */
function segmentBytesOf(options: Options): { readonly segmentBytes?: number } {
  const text = options['segmentBytes'];
  if (text === undefined) return {};
  if (typeof text === 'string' && /^\d{1,10}$/.test(text)) return { segmentBytes: Number(text) };
  throw new CliError('usage', `--segment-bytes takes a whole number, not ${JSON.stringify(text)}`);
}

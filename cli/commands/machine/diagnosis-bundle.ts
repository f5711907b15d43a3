// SPDX-License-Identifier: Apache-2.0
// `holdfast support bundle`: one archive for those who help, without a secret. Starts nothing; asks Temporal only where it runs.
import { resultOptions, type Command, type CommandContext } from '../../command.ts';
import { askMachine } from '../../local/machine.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { openAndNewest } from '../../runs/open-and-newest.ts';
import { lookAt } from '../../runs/look.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { listedRun } from '../../views/text/list-text.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

interface SupportResult {
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly secrets: number;
}

/** Runs that are listed, and of those the newest that are shown step by step. */
const runsListed = 100;
const runsShown = 10;

export const supportBundle: Command = {
  words: ['support', 'bundle'],
  summary: 'write one archive for those who help, searched for secrets before it is written',
  arguments: [{ name: 'file', text: 'the archive to write; it must not be there yet' }],
  options: resultOptions(),
  examples: ['support bundle holdfast-support.tar.gz'],
  run: async (context, [file = ''], options) => {
    const { io } = context;
    const runs = JSON.stringify({ version: await io.version(), ...(await runsOf(context)) }, null, 2);
    const result = await askMachine<SupportResult>(io, ['support', io.absolute(file)], runs);
    if (isForPrograms(options)) {
      writeDocument(io, options, result);
      return exitCodes.done.code;
    }
    const { path, bytes, files, missing, secrets } = result;
    io.stderr.write(
      `${files.length} files, ${Math.ceil(bytes / 1000)} kB; none of ${secrets} known secrets is in it\n`,
    );
    for (const line of missing) io.stderr.write(`not in it: ${line}\n`);
    io.stderr.write('It names hosts, addresses and projects: read it before you hand it on\n');
    io.stdout.write(`${path}\n`);
    return exitCodes.done.code;
  },
};

/** Runs as they stand; or why there are none to see. */
async function runsOf(context: CommandContext): Promise<object> {
  try {
    return await withRunningTemporal(context, async ({ client }) => {
      const runs = (await openAndNewest(client, runsListed)).map(listedRun);
      const shown = [];
      for (const { id, runId } of runs.slice(0, runsShown))
        shown.push(await lookAt(client, { id, runId }, null, context.io.now()));
      return { runs, shown };
    });
  } catch (error) {
    if (error instanceof CliError) return { runs: null, why: error.message };
    throw error;
  }
}

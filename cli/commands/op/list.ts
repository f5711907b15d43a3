// SPDX-License-Identifier: Apache-2.0
// `holdfast op list`: runs of ours, those that need a person first.
import { outputOptions, type Command } from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { openAndNewest } from '../../runs/open-and-newest.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { listedRun, listLines } from '../../views/text/list-text.ts';
import { typed } from '../../terminal/settings.ts';
import { paintFor } from '../../terminal/paint.ts';
import { isForPrograms, isWide, writeDocument } from '../../terminal/output-format.ts';

const countDefault = '20';

export const opList: Command = {
  words: ['op', 'list'],
  summary: 'list operations, those that need an operator first',
  arguments: [{ name: 'id', text: 'only runs of this id, with their run ids', isVariadic: true }],
  options: [
    {
      flags: '--limit <count>',
      text: `how many of the newest, beside all that are open (${countDefault})`,
      group: 'Output',
    },
    ...outputOptions,
  ],
  examples: ['op list', 'op list install-box/local-box', 'op list --json'],
  run: (context, ids, options) => {
    const limit = Number(options['limit'] ?? countDefault);
    if (!Number.isInteger(limit) || limit < 1)
      throw new CliError('usage', '--limit takes a whole number from 1');
    return withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const found =
        ids.length === 0
          ? await openAndNewest(client, limit)
          : (await Promise.all(ids.map((id) => client.runsOf(id, limit)))).flat();
      const runs = found.map(listedRun);
      const weight = { 'needs-operator': 0, running: 1, compiling: 1, cancelling: 1 } as Readonly<
        Record<string, number>
      >;
      // Newest first within the same weight: the sort is stable.
      runs.sort((a, b) => (weight[a.phase] ?? 2) - (weight[b.phase] ?? 2));
      if (isForPrograms(options)) writeDocument(io, options, runs);
      else if (runs.length === 0)
        io.stderr.write(
          ids.length === 0 ? 'There are no operations yet\n' : `There is no run ${ids.join(', ')}\n`,
        );
      else
        for (const line of listLines(runs, io.now(), paintFor(io, io.stdout, options), {
          withRuns: ids.length > 0 || isWide(options),
          withInstants: isWide(options),
        }))
          io.stdout.write(`${typed(io, line)}\n`);
      return exitCodes.done.code;
    });
  },
};

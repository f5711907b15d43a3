// SPDX-License-Identifier: Apache-2.0
// `holdfast op logs`: every try of every row, from the history. Opens no log; names where they lie.
import { CliError } from '../../terminal/cli-error.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { noSuchRun } from '../../runs/look.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { activitiesOfRow, tableOf } from '../../runs/row-history.ts';
import { logLines } from '../../views/text/log-text.ts';
import { runIdArgument } from '../../runs/answer-row.ts';

export const opLogs: Command = {
  words: ['op', 'logs'],
  summary: 'list every try of every row, with failures and log paths',
  arguments: [runIdArgument],
  options: [{ flags: '--row <row>', text: 'only this row', group: 'Output' }, ...outputOptions],
  examples: ['op logs install-box/local-box', 'op logs install-box/local-box --row keystone.schema'],
  run: (context, [id = ''], options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const run = await client.describe(id);
      if (run === null) throw noSuchRun(id);
      const activities = await client.activitiesOf(id, run.runId);
      const wanted = options['row'];
      const all = tableOf(activities)?.rows ?? [];
      const rows = all
        .filter((row) => wanted === undefined || row.id === wanted)
        .map((row) => ({ id: row.id, title: row.title, activities: activitiesOfRow(activities, row.id) }));
      if (wanted !== undefined && rows.length === 0)
        throw new CliError('usage', `${id} has no row ${String(wanted)}`);
      if (options['json'] === true)
        io.stdout.write(`${JSON.stringify({ id, runId: run.runId, rows }, null, 2)}\n`);
      else if (rows.length === 0) io.stderr.write(`${id} has no table of rows yet\n`);
      else for (const line of logLines(rows, io.now())) io.stdout.write(`${line}\n`);
      return exitCodes.done.code;
    }),
};

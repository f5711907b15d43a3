// SPDX-License-Identifier: Apache-2.0
// `holdfast op logs`: every try of every step, from the history. Opens no log; names where they lie.
import { CliError } from '../../terminal/cli-error.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { noSuchRun } from '../../runs/look.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { activitiesOfStep, tableOf } from '../../runs/step-history.ts';
import { logLines } from '../../views/text/log-text.ts';
import { runIdArgument } from '../../runs/answer-step.ts';

export const opLogs: Command = {
  words: ['op', 'logs'],
  summary: 'list every try of every step, with failures and log paths',
  arguments: [runIdArgument],
  options: [{ flags: '--step <step>', text: 'only this step', group: 'Output' }, ...outputOptions],
  examples: ['op logs install-box/local-box', 'op logs install-box/local-box --step keystone.schema'],
  run: (context, [id = ''], options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const run = await client.describe(id);
      if (run === null) throw noSuchRun(id);
      const activities = await client.activitiesOf(id, run.runId);
      const wanted = options['step'];
      const all = tableOf(activities)?.steps ?? [];
      const steps = all
        .filter((step) => wanted === undefined || step.id === wanted)
        .map((step) => ({
          id: step.id,
          title: step.title,
          activities: activitiesOfStep(activities, step.id),
        }));
      if (wanted !== undefined && steps.length === 0)
        throw new CliError('usage', `${id} has no step ${String(wanted)}`);
      if (options['json'] === true)
        io.stdout.write(`${JSON.stringify({ id, runId: run.runId, steps }, null, 2)}\n`);
      else if (steps.length === 0) io.stderr.write(`${id} has no table of steps yet\n`);
      else for (const line of logLines(steps, io.now())) io.stdout.write(`${line}\n`);
      return exitCodes.done.code;
    }),
};

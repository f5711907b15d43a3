// SPDX-License-Identifier: Apache-2.0
// `holdfast op logs`: the tries of steps that went wrong, or of all, from the history. Opens no log; names the command that does.
import { CliError } from '../../terminal/cli-error.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { earlierRunOption, namedRun } from '../../runs/named-run.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { recordedSteps } from '../../runs/step-history.ts';
import { typed } from '../../terminal/settings.ts';
import { endLogLines, isTroubled, logLines } from '../../views/text/log-text.ts';
import { runIdArgument } from '../../runs/answer-step.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const opLogs: Command = {
  words: ['op', 'logs'],
  summary: 'list the tries of steps that failed or run, with causes and logs',
  arguments: [runIdArgument],
  options: [
    { flags: '--step <step>', text: 'only this step', group: 'Output' },
    { flags: '--all', text: 'every try of every step', group: 'Output' },
    earlierRunOption,
    ...outputOptions,
  ],
  examples: ['op logs install-box/local-box', 'op logs install-box/local-box --step keystone.schema'],
  run: (context, [id = ''], options) =>
    withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const run = await namedRun(client, id, options);
      const activities = await client.activitiesOf(id, run.runId);
      const wanted = options['step'];
      const steps = recordedSteps(activities).filter((step) => wanted === undefined || step.id === wanted);
      if (wanted !== undefined && steps.length === 0)
        throw new CliError('usage', `${id} has no step ${String(wanted)}`);
      if (isForPrograms(options)) {
        writeDocument(io, options, { id, runId: run.runId, steps });
        return exitCodes.done.code;
      }
      const isWhole = options['all'] === true || wanted !== undefined;
      const shown = isWhole ? steps : steps.filter((step) => isTroubled(step, run.status === 'running'));
      for (const line of logLines(shown, io.now())) io.stdout.write(`${typed(io, line)}\n`);
      // What ended a run before or beside its steps stands in no step.
      if (run.status === 'failed')
        for (const line of endLogLines(await client.endOf(id, run.runId))) io.stdout.write(`${line}\n`);
      if (steps.length === 0) io.stderr.write(`${id} has no table of steps\n`);
      else if (shown.length < steps.length)
        io.stderr.write(
          `${steps.length - shown.length} more steps, none of which failed: ${typed(io, `holdfast op logs ${id} --all`)}\n`,
        );
      return exitCodes.done.code;
    }),
};

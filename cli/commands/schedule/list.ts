// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule list`: our schedules, their next and last run, the result of that, and which are paused or overdue.
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { typed } from '../../terminal/settings.ts';
import { listedSchedules } from '../../records/listed-schedules.ts';
import { scheduleLines } from '../../views/text/schedule-text.ts';
import { isForPrograms, isWide, writeDocument } from '../../terminal/output-format.ts';

export const scheduleList: Command = {
  words: ['schedule', 'list'],
  summary: 'list schedules, their next run, their last one and its result',
  arguments: [],
  options: outputOptions,
  examples: ['schedule list', 'schedule list --json'],
  run: (context, _, options) =>
    withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const states = await listedSchedules(client, io.now());
      if (isForPrograms(options)) writeDocument(io, options, states);
      else if (states.length === 0)
        io.stderr.write(`There are no schedules; make them with: ${typed(io, 'holdfast schedule apply')}\n`);
      else for (const line of scheduleLines(states, io.now(), isWide(options))) io.stdout.write(`${line}\n`);
      return exitCodes.done.code;
    }),
};

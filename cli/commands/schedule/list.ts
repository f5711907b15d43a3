// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule list`: our schedules, when they come next, and which are paused.
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { scheduleLines } from '../../views/text/schedule-text.ts';

export const scheduleList: Command = {
  words: ['schedule', 'list'],
  summary: 'list schedules, their next turn and their last',
  arguments: [],
  options: outputOptions,
  examples: ['schedule list', 'schedule list --json'],
  run: (context, _, options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const ids = await client.schedules.ids(schedulePrefix);
      const found = await Promise.all(ids.map((id) => client.schedules.describe(id)));
      const states = found.filter((state) => state !== null);
      if (options['json'] === true) io.stdout.write(`${JSON.stringify(states, null, 2)}\n`);
      else if (states.length === 0)
        io.stderr.write('There are no schedules; make them with: holdfast schedule apply\n');
      else for (const line of scheduleLines(states)) io.stdout.write(`${line}\n`);
      return exitCodes.done.code;
    }),
};

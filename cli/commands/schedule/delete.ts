// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule delete`: removes one schedule. `schedule apply` makes it again unless the spec says never.
import type { Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { shortId } from '../../views/text/schedule-text.ts';
import { requireSchedule, scheduleIdArgument } from './pause.ts';

export const scheduleDelete: Command = {
  words: ['schedule', 'delete'],
  summary: 'remove a schedule; a run of it that is open goes on',
  arguments: [scheduleIdArgument],
  options: [],
  examples: ['schedule delete drift/local-box'],
  run: (context, [id = ''], _options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const schedule = await requireSchedule(client.schedules, id);
      await client.schedules.remove(schedule.id);
      io.stderr.write(`${shortId(schedule.id)} is removed; a run that is open goes on\n`);
      io.stderr.write(
        'schedule apply makes it again, unless its spec says never under schedules; to rest it: schedule pause\n',
      );
      return exitCodes.done.code;
    }),
};

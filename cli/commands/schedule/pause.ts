// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule pause` and `unpause`: an operator's word, which `schedule apply` keeps.
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command, CommandOption } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import type { ScheduleBook, ScheduleState } from '../../temporal/schedule-client.ts';
import { shortId } from '../../views/text/schedule-text.ts';

export const scheduleIdArgument = {
  name: 'id',
  text: 'the id of a schedule, such as drift/local-box',
} as const;

const reasonOption: CommandOption = {
  flags: '--reason <text>',
  text: 'why, shown by schedule list',
  group: 'Answer',
};

export const schedulePause: Command = {
  words: ['schedule', 'pause'],
  summary: 'let a schedule start nothing until it is unpaused',
  arguments: [scheduleIdArgument],
  options: [reasonOption],
  examples: ['schedule pause drift/local-box --reason "moving the rack"'],
  run: (context, [id = ''], options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const schedule = await requireSchedule(client.schedules, id);
      const reason = typeof options['reason'] === 'string' ? `: ${options['reason']}` : '';
      await client.schedules.pause(schedule.id, `paused by ${io.userName}${reason}`);
      io.stderr.write(`${shortId(schedule.id)} is paused; a run that is open goes on\n`);
      return exitCodes.done.code;
    }),
};

export const scheduleUnpause: Command = {
  words: ['schedule', 'unpause'],
  summary: 'let a paused schedule go on',
  arguments: [scheduleIdArgument],
  options: [],
  examples: ['schedule unpause drift/local-box'],
  run: (context, [id = ''], _options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const schedule = await requireSchedule(client.schedules, id);
      await client.schedules.unpause(schedule.id, `unpaused by ${io.userName}`);
      io.stderr.write(`${shortId(schedule.id)} goes on\n`);
      return exitCodes.done.code;
    }),
};

/** Takes the id with our prefix or without. @throws CliError (exit 2) naming those that are there */
export async function requireSchedule(book: ScheduleBook, id: string): Promise<ScheduleState> {
  const state = await book.describe(id.startsWith(schedulePrefix) ? id : `${schedulePrefix}${id}`);
  if (state !== null) return state;
  const ids = await book.ids(schedulePrefix);
  const near = nearestName(shortId(id), ids.map(shortId));
  throw new CliError('usage', `There is no schedule ${id}`, {
    details: [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      ...(ids.length === 0 ? [] : [`schedules: ${ids.map(shortId).join(', ')}`]),
    ],
    next: ids.length === 0 ? 'holdfast schedule apply' : 'holdfast schedule list',
  });
}

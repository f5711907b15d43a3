// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule trigger`: one turn now, by the schedule itself, so that its rules hold. Watches nothing.
import { CliError } from '../../terminal/cli-error.ts';
import { formatOptions, type Command, type CommandContext } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import type { ScheduleBook, ScheduleState } from '../../temporal/schedule-client.ts';
import { typed } from '../../terminal/settings.ts';
import { requireSchedule, scheduleIdArgument } from './pause.ts';
import { isForPrograms, writeRecord } from '../../terminal/output-format.ts';

/** Longest wait for the run to show, seconds; the server starts it within one. */
const startSeconds = 10;

export const scheduleTrigger: Command = {
  words: ['schedule', 'trigger'],
  summary: 'start the next turn of a schedule now (exit 8)',
  arguments: [scheduleIdArgument],
  options: formatOptions('print one JSON object on stdout'),
  examples: ['schedule trigger drift/local-box'],
  run: (context, [id = ''], options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const before = await requireSchedule(client.schedules, id);
      const [open] = before.running;
      if (open !== undefined)
        throw new CliError('failed', `${open} of this schedule still runs; nothing was started`, {
          next: `holdfast op watch ${open}`,
        });
      await client.schedules.trigger(before.id);
      const run = await startedRun(context, client.schedules, before);
      const exitCode = exitCodes.running.code;
      const nextCommand = `holdfast op watch ${run}`;
      if (isForPrograms(options)) {
        const data = { id: run, schedule: before.id, exitCode, nextCommand };
        writeRecord(io, options, 'result', 'started', data);
      } else {
        io.stderr.write(`started; watch it with: ${typed(io, nextCommand)}\n`);
        io.stdout.write(`${run}\n`);
      }
      return exitCode;
    }),
};

async function startedRun(
  { io }: CommandContext,
  book: ScheduleBook,
  before: ScheduleState,
): Promise<string> {
  const until = io.now() + startSeconds * 1000;
  while (io.now() < until) {
    const { lastRun } = (await book.describe(before.id)) ?? before;
    if (lastRun !== undefined && lastRun !== before.lastRun) return lastRun;
    await io.sleep(200);
  }
  throw new CliError('failed', `${before.id} was told to start, and no run of it is to be seen`, {
    next: 'holdfast op list',
  });
}

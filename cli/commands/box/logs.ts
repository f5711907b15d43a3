// SPDX-License-Identifier: Apache-2.0
// `holdfast box logs`: the journal and log files of one service inside a box. Needs neither Temporal nor a worker.
import { requireSpec } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { boxNameArgument } from './drift.ts';

const linesDefault = '50';
/** @source what a person scrolls through; whoever needs more enters the box */
const linesMax = 100_000;

export const boxLogs: Command = {
  words: ['box', 'logs'],
  summary: 'show what a service inside a box logged',
  arguments: [boxNameArgument, { name: 'service', text: 'a unit or its beginning, such as keystone' }],
  options: [
    { flags: '-f, --follow', text: 'go on with what is logged from now on', group: 'Run' },
    { flags: '-n, --lines <count>', text: `how many of each log (${linesDefault})`, group: 'Output' },
  ],
  examples: ['box logs local-box keystone', 'box logs local-box haproxy --follow'],
  run: async (context, [name = '', service = ''], options) => {
    const { io } = context;
    const lines = Number(options['lines'] ?? linesDefault);
    if (!Number.isInteger(lines) || lines < 0 || lines > linesMax)
      throw new CliError('usage', `--lines takes a whole number up to ${linesMax}`);
    await requireSpec(context, name);
    const follow = options['follow'] === true;
    const words = ['logs', name, service, String(lines), ...(follow ? ['follow'] : [])];
    let release = (): void => undefined;
    const left = new Promise<null>((settle) => (release = io.onInterrupt(() => settle(null))));
    // The program ends with its open stdin, and that with this process, however it ends.
    const read = askMachine<null>(io, words, null, (event) => {
      if (event.type === 'line') io.stdout.write(`${event.text}\n`);
    });
    await Promise.race([read, left]).finally(release);
    return exitCodes.done.code;
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast box logs`: the journal and log files of services inside a box. Needs neither Temporal nor a worker.
import { requireSpec } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command, Options } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { boxNameArgument } from './drift.ts';

const linesDefault = '50';
/** @source what a person scrolls through; whoever needs more enters the box */
const linesMax = 100_000;
/** As journald calls them, the worst first. */
const levels = ['crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
/** Words for them that people type. */
const otherLevels: Readonly<Record<string, (typeof levels)[number]>> = {
  critical: 'crit',
  error: 'err',
  warn: 'warning',
};

export const boxLogs: Command = {
  words: ['box', 'logs'],
  summary: 'show what services inside a box logged; without a name all of them',
  arguments: [
    boxNameArgument,
    { name: 'service', text: 'a unit or its beginning, such as keystone or nova-compute', isVariadic: true },
  ],
  options: [
    { flags: '-f, --follow', text: 'go on with what is logged from now on', group: 'Run' },
    { flags: '-n, --lines <count>', text: `how many of each log (${linesDefault})`, group: 'Output' },
    { flags: '--since <time>', text: 'only from then on: 10m, 2h, 1d, or 2026-01-05 12:00', group: 'Output' },
    { flags: '--level <level>', text: 'only these and worse: error, warning, info, debug', group: 'Output' },
  ],
  examples: [
    'box logs local-box keystone',
    'box logs local-box nova-compute --since 1h --level warning',
    'box logs local-box haproxy --follow',
  ],
  run: async (context, [name = '', ...services], options) => {
    const { io } = context;
    const request = {
      box: name,
      services,
      lines: linesOf(options),
      follow: options['follow'] === true,
      sinceSeconds: sinceOf(options, io.now()),
      level: levelOf(options),
    };
    await requireSpec(context, name);
    let release = (): void => undefined;
    const left = new Promise<null>((settle) => (release = io.onInterrupt(() => settle(null))));
    // The program ends with its open stdin, and that with this process, however it ends.
    const read = askMachine<null>(io, ['logs', JSON.stringify(request)], null, (event) => {
      if (event.type === 'line') io.stdout.write(`${event.text}\n`);
    });
    await Promise.race([read, left]).finally(release);
    return exitCodes.done.code;
  },
};

/** @throws CliError (exit 2) */
function linesOf(options: Options): number {
  const lines = Number(options['lines'] ?? linesDefault);
  if (Number.isInteger(lines) && lines >= 0 && lines <= linesMax) return lines;
  throw new CliError('usage', `--lines takes a whole number up to ${linesMax}`);
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds since 1970, or null. A time without a zone is this machine's. @throws CliError (exit 2) */
function sinceOf(options: Options, now: number): number | null {
  const text = options['since'];
  if (typeof text !== 'string') return null;
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const at =
    count === undefined
      ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text)
      : now - Number(count) * (secondsOf[unit] ?? 0) * 1000;
  if (!Number.isNaN(at)) return Math.floor(at / 1000);
  throw new CliError('usage', `--since takes 10m, 2h, 1d or a time such as 2026-01-05 12:00, not ${text}`);
}

/** @throws CliError (exit 2) */
function levelOf(options: Options): string | null {
  const text = options['level'];
  if (typeof text !== 'string') return null;
  const level = otherLevels[text] ?? levels.find((each) => each === text);
  if (level !== undefined) return level;
  throw new CliError('usage', `--level takes ${levels.join(', ')}, not ${text}`);
}

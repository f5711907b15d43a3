// SPDX-License-Identifier: Apache-2.0
// `holdfast op resolve`: answers a parked row. The run's own rule decides whether the answer holds.
import { CliError } from '../cli-error.ts';
import type { Command, CommandContext, Options } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { lookAt, noWorkerNote } from '../look.ts';
import { withTemporal } from '../open-temporal.ts';
import type { Progress, RowProgress } from '../../workflows/contracts/progress.ts';
import type { ResolveStep } from '../../workflows/contracts/resolve-step.ts';
import { typed } from '../settings.ts';

const actions = ['retry', 'skip', 'abort'] as const;

export const runIdArgument = { name: 'id', text: 'the id of a run, such as install-box/local-box' } as const;

const done = {
  retry: 'will be tried again',
  skip: 'is skipped',
  abort: 'stays as it is and ends the run',
} as const;

export const opResolve: Command = {
  words: ['op', 'resolve'],
  summary: 'answer a parked row: try again, skip it, or end the run',
  arguments: [runIdArgument],
  options: [
    {
      flags: '--row <row>',
      text: 'the parked row (may be left out when only one is parked)',
      group: 'Answer',
    },
    { flags: '--retry', text: 'try it again: what was wrong is mended', group: 'Answer' },
    { flags: '--skip', text: 'go on without it, where the row allows that', group: 'Answer' },
    { flags: '--abort', text: 'end the run; what is true already stays', group: 'Answer' },
    { flags: '--reason <text>', text: 'why, kept in the history', group: 'Answer' },
    { flags: '--json', text: 'print the new progress as one JSON document', group: 'Output' },
  ],
  examples: [
    'op resolve install-box/local-box --retry',
    'op resolve install-box/local-box --row token --abort --reason "wrong network"',
  ],
  run: (context, [id = ''], options) => {
    const action = actionOf(options);
    return withTemporal(context, async ({ client }) => {
      const { io } = context;
      const look = await lookAt(client, { id }, null, io.now());
      if (look.run.status !== 'running')
        throw new CliError('usage', `${id} does not run: it is ${look.run.status}`);
      if (look.note === noWorkerNote || look.progress === null) throw noWorker();
      const row = parkedRow(look.progress, options['row'], id);
      const answer: ResolveStep = {
        ...{ row: row.id, occurrence: row.occurrence, action, actor: io.userName },
        reason: typeof options['reason'] === 'string' ? options['reason'] : '',
      };
      const answered = await client.resolve(id, look.run.runId, answer);
      if (answered.kind === 'no-worker') throw noWorker();
      if (answered.kind === 'refused') throw new CliError('usage', `${id} refuses: ${answered.message}`);
      report(context, options, { id, answer, progress: answered.progress });
      return exitCodes.done.code;
    });
  },
};

function actionOf(options: Options): ResolveStep['action'] {
  const [action, ...others] = actions.filter((candidate) => options[candidate] === true);
  if (action !== undefined && others.length === 0) return action;
  throw new CliError('usage', 'Name exactly one answer: --retry, --skip or --abort');
}

function parkedRow({ rows, phase }: Progress, wanted: Options[string], id: string): RowProgress {
  const parked = rows.filter(({ status }) => status === 'parked');
  const chosen = wanted === undefined ? parked : rows.filter((row) => row.id === wanted);
  const [row, ...others] = chosen;
  if (row !== undefined && others.length === 0) return row;
  if (wanted !== undefined) {
    throw new CliError('usage', `${id} has no row ${String(wanted)}`, { next: `holdfast op show ${id}` });
  }
  if (row === undefined) throw new CliError('usage', `No row of ${id} is parked: it is ${phase}`);
  throw new CliError('usage', `More than one row is parked; name one with --row`, {
    details: parked.map(({ id: parkedId, failure }) => `${parkedId}: ${failure?.message ?? ''}`),
  });
}

function noWorker(): CliError {
  return new CliError('failed', `There is ${noWorkerNote}; the answer was not taken`, {
    next: 'holdfast up',
  });
}

interface Answered {
  readonly id: string;
  readonly answer: ResolveStep;
  readonly progress: Progress;
}

function report({ io }: CommandContext, options: Options, { id, answer, progress }: Answered): void {
  if (options['json'] === true) {
    io.stdout.write(`${JSON.stringify(progress, null, 2)}\n`);
    return;
  }
  io.stderr.write(`Row ${answer.row} of ${id} ${done[answer.action]} (answered by ${answer.actor})\n`);
  io.stderr.write(`next: ${typed(io, `holdfast op watch ${id}`)}\n`);
}

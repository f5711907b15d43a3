// SPDX-License-Identifier: Apache-2.0
// `holdfast prune`: removes what no box needs any more, after it was shown and agreed to.
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import {
  noInputOption,
  resultOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { mayAsk } from '../../terminal/confirm-name.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { sizeText } from '../../terminal/size-text.ts';
import { aligned } from '../../terminal/columns.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

interface Pruned {
  readonly path: string;
  readonly why: string;
  readonly bytes: number;
}

export const prune: Command = {
  words: ['prune'],
  summary: 'remove images, jobs and state that no box needs any more',
  arguments: [],
  options: [
    { flags: '--plan', text: 'only show what would be removed', group: 'Plan' },
    { flags: '--dumps', text: 'also dumps and canary times of boxes that are gone', group: 'Run' },
    { flags: '--yes', text: 'remove it without asking', group: 'Confirmation' },
    ...resultOptions(),
    noInputOption,
  ],
  examples: ['prune --plan', 'prune --yes', 'prune --dumps --plan'],
  run: async (context, _, options) => {
    const { io } = context;
    const also = options['dumps'] === true ? ['dumps'] : [];
    const planned = await askMachine<Pruned[]>(io, ['prune', 'plan', ...also]);
    const isJson = isForPrograms(options);
    if (!isJson) for (const line of prunedLines(planned)) io.stdout.write(`${line}\n`);
    if (options['plan'] === true || planned.length === 0) {
      if (isJson) writeDocument(io, options, planned);
      return exitCodes.done.code;
    }
    await agree(context, options);
    const removed = await askMachine<Pruned[]>(io, ['prune', 'remove', ...also]);
    if (isJson) writeDocument(io, options, removed);
    else io.stderr.write(`removed ${removed.length}, ${sizeText(total(removed))}\n`);
    return exitCodes.done.code;
  },
};

async function agree({ io }: CommandContext, options: Options): Promise<void> {
  if (options['yes'] === true) return;
  if (!mayAsk(io, options)) {
    throw new CliError('usage', 'Removing needs a confirmation; nothing was removed', {
      next: sameCommand(prune, [], { ...options, yes: true }),
    });
  }
  const answer = await io.ask('Remove all of it? [y/N] ');
  if (!/^y(es)?$/i.test(answer?.trim() ?? ''))
    throw new CliError('usage', 'It was not agreed to; nothing was removed');
}

function prunedLines(pruned: readonly Pruned[]): string[] {
  if (pruned.length === 0) return ['nothing to remove'];
  const steps = pruned.map(({ path, why, bytes }) => [`- ${path}`, sizeText(bytes), why]);
  return [...aligned(steps), `${pruned.length} to remove, ${sizeText(total(pruned))}`];
}

function total(pruned: readonly Pruned[]): number {
  return pruned.reduce((sum, { bytes }) => sum + bytes, 0);
}

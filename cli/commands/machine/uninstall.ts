// SPDX-License-Identifier: Apache-2.0
// `holdfast uninstall`: shows and removes what holdfast put on this machine, after a word was typed. Destroys no box.
import { CliError } from '../../terminal/cli-error.ts';
import { noInputOption, resultOptions, type Command } from '../../command.ts';
import { askMachine } from '../../local/machine.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName } from '../../terminal/confirm-name.ts';
import { aligned } from '../../terminal/columns.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { sizeText } from '../../terminal/size-text.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

/** As workers/machine/uninstall.ts promises it. */
interface UninstallPlan {
  readonly blockers: readonly { readonly what: string; readonly next: string }[];
  readonly removes: readonly { readonly path: string; readonly what: string; readonly bytes: number }[];
  readonly stays: readonly { readonly what: string; readonly how: string }[];
}

const word = 'uninstall';

export const uninstall: Command = {
  words: ['uninstall'],
  summary: 'remove what holdfast put on this machine; boxes have to go first',
  arguments: [],
  options: [
    { flags: '--plan', text: 'only show what would be removed, and what stays', group: 'Plan' },
    { flags: '--with-dumps', text: 'also remove dumps of databases', group: 'Run' },
    { flags: '--confirm <word>', text: `the word ${word}, instead of typing it`, group: 'Confirmation' },
    ...resultOptions(),
    noInputOption,
  ],
  examples: ['uninstall --plan', `uninstall --confirm ${word}`],
  run: async (context, _, options) => {
    const { io } = context;
    const dumps = options['withDumps'] === true ? ['dumps'] : [];
    const plan = await askMachine<UninstallPlan>(io, ['uninstall', 'plan', ...dumps]);
    const isJson = isForPrograms(options);
    if (!isJson) for (const line of planLines(plan)) io.stdout.write(`${line}\n`);
    if (options['plan'] === true) {
      if (isJson) writeDocument(io, options, plan);
      return exitCodes.done.code;
    }
    const [blocker] = plan.blockers;
    if (blocker !== undefined)
      throw new CliError('usage', `${blocker.what} is on this machine; nothing was removed`, {
        next: blocker.next,
      });
    await confirmName(context, options, {
      name: word,
      what: 'Uninstalling',
      next: sameCommand(uninstall, [], { ...options, confirm: word }),
      question: `This removes all that is marked with -. Type ${word} to go on: `,
    });
    const removed = await askMachine<UninstallPlan>(io, ['uninstall', 'remove', ...dumps]);
    if (isJson) writeDocument(io, options, removed);
    else io.stderr.write(`removed ${removed.removes.length}; what is marked with = stays\n`);
    return exitCodes.done.code;
  },
};

function planLines({ blockers, removes, stays }: UninstallPlan): string[] {
  return [
    ...aligned(blockers.map(({ what, next }) => [`! ${what}`, `has to go first: ${next}`])),
    ...aligned(removes.map(({ path, what, bytes }) => [`- ${path}`, sizeText(bytes), what])),
    ...aligned(stays.map(({ what, how }) => [`= ${what}`, how])),
  ];
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast box show`: one box, its phase, its address, its access files.
import { factsOfBox } from '../../records/box-facts.ts';
import { requireSpec } from '../../records/box-records.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporalIfThere } from '../../local/open-temporal.ts';
import { boxLines } from '../../views/text/box-text.ts';
import { boxNameArgument } from './drift.ts';

export const boxShow: Command = {
  words: ['box', 'show'],
  summary: 'show where a box is, how it stands and how to reach it',
  arguments: [boxNameArgument],
  options: outputOptions,
  examples: ['box show local-box', 'box show local-box --json'],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const spec = await requireSpec(context, name);
    const facts = await withTemporalIfThere(context, (client) => factsOfBox(context, client, spec));
    if (options['json'] === true) io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    else for (const line of boxLines(facts)) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

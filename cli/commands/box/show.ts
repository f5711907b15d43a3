// SPDX-License-Identifier: Apache-2.0
// `holdfast box show`: one box: where it is and how to reach it, what it runs, who uses it, how it stands now.
import { detailsOf } from '../../records/box/box-details.ts';
import { factsOfBox } from '../../records/box/box-facts.ts';
import { requireSpec } from '../../records/box-records.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporalIfThere } from '../../local/open-temporal.ts';
import { boxDetailLines } from '../../views/text/box-details-text.ts';
import { boxNameArgument } from './drift.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

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
    const details = await detailsOf(context, spec, facts);
    if (isForPrograms(options)) writeDocument(io, options, { ...facts, ...details });
    else for (const line of boxDetailLines(facts, details, io)) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

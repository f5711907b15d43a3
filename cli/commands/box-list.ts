// SPDX-License-Identifier: Apache-2.0
// `holdfast box list`: the recorded boxes and how they stand.
import { factsOfBox } from '../box-facts.ts';
import { recordedBoxes, requireSpec } from '../box-records.ts';
import { outputOptions, type Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withTemporalIfThere } from '../open-temporal.ts';
import { aligned } from '../views/columns.ts';

export const boxList: Command = {
  words: ['box', 'list'],
  summary: 'list the recorded boxes',
  arguments: [],
  options: outputOptions,
  examples: ['box list', 'box list --json'],
  run: async (context, _, options) => {
    const { io } = context;
    const names = await recordedBoxes(context);
    const boxes =
      names.length === 0
        ? []
        : await withTemporalIfThere(context, async (client) => {
            const specs = await Promise.all(names.map((name) => requireSpec(context, name)));
            return Promise.all(specs.map((spec) => factsOfBox(context, client, spec)));
          });
    if (options['json'] === true) io.stdout.write(`${JSON.stringify(boxes, null, 2)}\n`);
    else if (boxes.length === 0) io.stderr.write(`No box is recorded in ${context.stateDirectory}\n`);
    else {
      const rows = boxes.map(({ name, phase, address }) => [name, phase, address]);
      for (const line of aligned([['NAME', 'PHASE', 'ADDRESS'], ...rows])) io.stdout.write(`${line}\n`);
    }
    return exitCodes.done.code;
  },
};

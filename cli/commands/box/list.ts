// SPDX-License-Identifier: Apache-2.0
// `holdfast box list`: the recorded boxes and how they stand.
import { factsOfBox } from '../../records/box/box-facts.ts';
import { recordedSpecs } from '../../records/box-records.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporalIfThere } from '../../local/open-temporal.ts';
import { aligned } from '../../terminal/columns.ts';

export const boxList: Command = {
  words: ['box', 'list'],
  summary: 'list the recorded boxes',
  arguments: [],
  options: outputOptions,
  examples: ['box list', 'box list --json'],
  run: async (context, _, options) => {
    const { io } = context;
    const { specs, damaged } = await recordedSpecs(context);
    const whole =
      specs.length === 0
        ? []
        : await withTemporalIfThere(context, (client) =>
            Promise.all(specs.map((spec) => factsOfBox(context, client, spec))),
          );
    const boxes: { name: string; phase: string; address: string | null }[] = [
      ...whole,
      ...damaged.map(({ name }) => ({ name, phase: 'record damaged', address: null })),
    ];
    if (options['json'] === true) io.stdout.write(`${JSON.stringify(boxes, null, 2)}\n`);
    else if (boxes.length === 0) io.stderr.write(`No box is recorded in ${context.stateDirectory}\n`);
    else {
      const steps = boxes.map(({ name, phase, address }) => [name, phase, address ?? '']);
      for (const line of aligned([['NAME', 'PHASE', 'ADDRESS'], ...steps])) io.stdout.write(`${line}\n`);
    }
    for (const { error } of damaged) io.stderr.write(`${error.lines().join('\n')}\n`);
    return damaged.length === 0 ? exitCodes.done.code : exitCodes.failed.code;
  },
};

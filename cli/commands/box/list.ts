// SPDX-License-Identifier: Apache-2.0
// `holdfast box list`: the recorded boxes and how they stand.
import { factsOfBox } from '../../records/box/box-facts.ts';
import { recordedSpecs } from '../../records/box-records.ts';
import type { BoxFacts } from '../../views/text/box-text.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporalIfThere } from '../../local/open-temporal.ts';
import { aligned } from '../../terminal/columns.ts';
import { isForPrograms, isWide, writeDocument } from '../../terminal/output-format.ts';

/** A damaged record gives no more than its name. */
type ListedBox = Pick<BoxFacts, 'name' | 'phase'> &
  Partial<Omit<BoxFacts, 'address'>> & { readonly address: string | null };

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
    const boxes: ListedBox[] = [
      ...whole,
      ...damaged.map(({ name }) => ({ name, phase: 'record damaged', address: null })),
    ];
    if (isForPrograms(options)) writeDocument(io, options, boxes);
    else if (boxes.length === 0) io.stderr.write(`No box is recorded in ${context.stateDirectory}\n`);
    else for (const line of boxLines(boxes, isWide(options))) io.stdout.write(`${line}\n`);
    for (const { error } of damaged) io.stderr.write(`${error.lines().join('\n')}\n`);
    return damaged.length === 0 ? exitCodes.done.code : exitCodes.failed.code;
  },
};

function boxLines(boxes: readonly ListedBox[], withMore: boolean): string[] {
  const more = withMore ? ['RELEASE', 'FLOATING IPS', 'SERVICES'] : [];
  const rows = boxes.map(({ name, phase, address, release, floatingIps, services }) => [
    name,
    phase,
    address ?? '',
    ...(withMore ? [release ?? '', floatingIps ?? '', services?.join(',') ?? ''] : []),
  ]);
  return aligned([['NAME', 'PHASE', 'ADDRESS', ...more], ...rows]);
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors destroy`: removes a mirror and all it holds, after its name was typed.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { boxNameOf } from '../../records/box-records.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { mirrorScheduleIds } from '../../records/desired-schedules.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName, confirmOption } from '../../terminal/confirm-name.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsDestroy: Command = {
  words: ['mirrors', 'destroy'],
  summary: 'remove a mirror with everything it holds; there is no undo',
  arguments: [mirrorNameArgument],
  options: [confirmOption, ...runOptions, takeOverOption, ...watchOptions],
  examples: ['mirrors destroy local-mirror', 'mirrors destroy local-mirror --confirm local-mirror'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    if (options['attach'] !== true) {
      await confirmName(context, options, {
        name,
        what: `Destroying ${name}`,
        next: sameCommand(mirrorsDestroy, [name], { ...options, confirm: name }),
        question: `This destroys mirror ${name} with all it holds. Type its name to go on: `,
      });
    }
    const request = {
      operation: operations.destroyMirror,
      subject: name,
      input: { name, takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, async () => {
      context.io.stderr.write(`Mirror ${name} is gone\n`);
      // Without their mirror they would fail at each run.
      await withTemporal(context, async ({ client }) => {
        for (const id of mirrorScheduleIds(name)) await client.schedules.remove(id);
      });
    });
  },
};

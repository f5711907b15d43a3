// SPDX-License-Identifier: Apache-2.0
// `holdfast box destroy`: removes a box and all it holds, after its name was typed.
import { boxNameOf, recordedSpec } from '../../records/box-records.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
} from '../../command.ts';
import { confirmName, confirmOption } from '../../terminal/confirm-name.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { scheduleIds } from '../../records/schedule-wishes.ts';
import { boxNameArgument } from './drift.ts';

export const boxDestroy: Command = {
  words: ['box', 'destroy'],
  summary: 'remove a box with everything it holds; there is no undo',
  arguments: [boxNameArgument],
  options: [
    { flags: '--plan', text: 'only tell what would be removed', group: 'Plan' },
    confirmOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['box destroy local-box', 'box destroy local-box --confirm local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    if (options['plan'] === true) return plan(context, name);
    if (options['attach'] !== true) {
      await confirmName(context, options, {
        name,
        what: `Destroying ${name}`,
        next: `holdfast box destroy ${name} --confirm ${name}`,
        question: `This destroys box ${name} with all it holds. Type its name to go on: `,
      });
    }
    const code = await runOperation(
      context,
      options,
      {
        operation: operations.destroyBox,
        subject: name,
        input: { name, takeOver: options['takeOver'] === true },
      },
      async () => {
        await removeSchedules(context, name);
        context.io.stderr.write(`Box ${name} is gone\n`);
      },
    );
    // Nobody waits here for the end; an install of the same name makes them anew.
    if (options['detach'] === true && code === exitCodes.running.code) await removeSchedules(context, name);
    return code;
  },
};

/** A schedule without its box would fail at each turn. */
async function removeSchedules(context: CommandContext, name: string): Promise<void> {
  await withTemporal(context, async ({ client }) => {
    for (const id of scheduleIds(name)) await client.schedules.remove(id);
  });
}

/** Told from the record alone: everything goes, so that no look at steps would say more. */
async function plan(context: CommandContext, name: string): Promise<number> {
  const { io } = context;
  const spec = await recordedSpec(context, name);
  const address = spec === null ? 'not recorded here' : spec.networks.management.address;
  const lines = [
    `destroy-box ${name}`,
    `  ! box      ${name} (${address}): DESTROYED with all it holds, no undo`,
    '  - network  its link and network namespace',
    '  - files    its root file system, secrets, record and access files',
  ];
  for (const line of lines) io.stdout.write(`${line}\n`);
  return exitCodes.done.code;
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast box destroy`: removes a box and all it holds, after its name was typed; says what it leaves.
import { boxNameOf, noSuchBox, recordedBoxes, recordedSpec } from '../../records/box-records.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName, confirmOption, mayAsk } from '../../terminal/confirm-name.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { askMachine } from '../../local/machine.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { testCloudOf } from '../../../workflows/contracts/canary/canary.ts';
import { operations, operationTypes } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { scheduleIds } from '../../records/desired-schedules.ts';
import { boxNameArgument } from './drift.ts';

/** As workers/machine/traces.ts promises it. */
interface Traces {
  readonly isThere: boolean;
  readonly dumps: number;
  readonly left: readonly string[];
}

export const boxDestroy: Command = {
  words: ['box', 'destroy'],
  summary: 'remove a box with everything it holds; there is no undo',
  arguments: [boxNameArgument],
  options: [
    { flags: '--plan', text: 'only tell what would be removed', group: 'Plan' },
    { flags: '--with-dumps', text: 'also remove its dumps and canary times', group: 'Run' },
    confirmOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['box destroy local-box', 'box destroy local-box --confirm local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    const isAttach = options['attach'] === true;
    if (options['detach'] === true && options['withDumps'] === true)
      throw new CliError('usage', '--with-dumps waits for the end, --detach does not; nothing was started');
    const traces = await askMachine<Traces>(context.io, ['traces', name]);
    if (!traces.isThere && !isAttach) throw noSuchBox(context, name, await recordedBoxes(context));
    await requireNoLock(context, name);
    if (options['plan'] === true) return plan(context, name, traces);
    if (!isAttach) {
      await confirmName(context, options, {
        name,
        what: `Destroying ${name}`,
        next: sameCommand(boxDestroy, [name], { ...options, confirm: name }),
        question: `This destroys box ${name} with all it holds. Type its name to go on: `,
      });
    }
    const withDumps = await wantsDumpsGone(context, options, traces);
    const code = await runOperation(
      context,
      options,
      {
        operation: operations.destroyBox,
        subject: name,
        input: { name, takeOver: options['takeOver'] === true },
      },
      () => tidy(context, name, withDumps),
    );
    // Nobody waits here for the end; an install of the same name makes them anew.
    if (options['detach'] === true && code === exitCodes.running.code) await removeSchedules(context, name);
    return code;
  },
};

/** @throws CliError (exit 2); what a record that cannot be read says, the run itself judges */
async function requireNoLock(context: CommandContext, name: string): Promise<void> {
  const spec = await recordedSpec(context, name).catch(() => null);
  if (spec?.deletionLock !== true) return;
  throw new CliError('usage', `Box ${name} has a deletion lock; nothing was started`, {
    next: `Set deletionLock: false in its spec, run holdfast box install FILE, then destroy it`,
  });
}

/** Dumps are the only way back: without a yes they stay. */
async function wantsDumpsGone(
  context: CommandContext,
  options: Options,
  { dumps }: Traces,
): Promise<boolean> {
  if (options['withDumps'] === true) return true;
  if (dumps === 0 || options['confirm'] !== undefined || !mayAsk(context.io, options)) return false;
  const what = dumps === 1 ? 'its dump' : `its ${dumps} dumps`;
  const answer = await context.io.ask(`Also remove ${what}, the only way back to its data? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

async function tidy(context: CommandContext, name: string, withDumps: boolean): Promise<void> {
  const { io } = context;
  await removeSchedules(context, name);
  await cancelOpenRuns(context, name);
  if (withDumps) await askMachine(io, ['forget', name]);
  io.stderr.write(`Box ${name} is gone\n`);
  const { left } = await askMachine<Traces>(io, ['traces', name]);
  if (left.length === 0) return;
  io.stderr.write('These files stay; dumps hold hashes of passwords:\n');
  for (const path of left) io.stderr.write(`  ${path}\n`);
  io.stderr.write(`next: ${typed(io, 'holdfast prune --dumps')}, which removes them\n`);
}

/** A schedule without its box would fail at each turn. */
async function removeSchedules(context: CommandContext, name: string): Promise<void> {
  await withTemporal(context, async ({ client }) => {
    for (const id of scheduleIds(name)) await client.schedules.remove(id);
  });
}

/** What waited for a person would wait for ever, and name a command that makes the box anew. */
async function cancelOpenRuns(context: CommandContext, name: string): Promise<void> {
  await withTemporal(context, async ({ client }) => {
    for (const { id, runId } of await client.openRuns(operationTypes)) {
      const [, subject] = id.split('/');
      if (subject !== name && subject !== testCloudOf(name)) continue;
      await client.cancel(id, runId);
      context.io.stderr.write(`cancelled ${id}, which was of this box\n`);
    }
  });
}

/** Told from the record alone: everything goes, so that no look at steps would say more. */
async function plan(context: CommandContext, name: string, { left }: Traces): Promise<number> {
  const { io } = context;
  const spec = await recordedSpec(context, name);
  const address = spec === null ? 'not recorded here' : spec.networks.management.address;
  const lines = [
    `destroy-box ${name}`,
    `  ! box      ${name} (${address}): DESTROYED with all it holds, no undo`,
    '  - network  its link and network namespace',
    '  - files    its root file system, secrets, record and access files',
    ...left.map((path) => `  = stays    ${path}`),
  ];
  for (const line of lines) io.stdout.write(`${line}\n`);
  return exitCodes.done.code;
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast ca destroy`: removes an authority from this machine after its name was typed; says what it leaves. Asks no token.
import {
  authorityFolder,
  type AuthoritySpec,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import { destroyedAuthorities, serverBox } from '../../../workflows/contracts/authority/server.ts';
import { operations } from '../../../workflows/operations/index.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
} from '../../command.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { authorityScheduleId } from '../../records/desired-schedules.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName, confirmOption } from '../../terminal/confirm-name.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { authorityArgument } from './options.ts';

export const caDestroy: Command = {
  words: ['ca', 'destroy'],
  summary: 'remove an authority and its box; tokens keep their keys, records are kept',
  arguments: [authorityArgument],
  options: [
    { flags: '--plan', text: 'only tell what would be removed', group: 'Plan' },
    {
      flags: '--leave-boxes',
      text: 'also while boxes have their certificate from it: they keep it until it ends',
      group: 'Run',
    },
    confirmOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['ca destroy lab --plan', 'ca destroy lab --confirm lab'],
  run: async (context, [name = ''], options) => {
    const isAttach = options['attach'] === true;
    // An attached run may have set the record aside by now.
    const spec = isAttach ? null : (await requireAuthority(context, name)).spec;
    if (spec !== null) {
      if (options['plan'] === true) return plan(context, spec);
      await requireNoRun(context, name);
      await confirmName(context, options, {
        name,
        what: `Destroying ${name}`,
        next: sameCommand(caDestroy, [name], { ...options, confirm: name }),
        question: `This destroys authority ${name}; its records are kept. Type its name to go on: `,
      });
    }
    const leaveBoxes = options['leaveBoxes'] === true;
    const request = {
      operation: operations.destroyAuthority,
      subject: name,
      input: { name, leaveBoxes, takeOver: options['takeOver'] === true },
    };
    const code = await runOperation(context, options, request, async () => {
      await removeSchedule(context, name);
      context.io.stderr.write(`Authority ${name} is gone\n`);
      for (const line of spec === null ? [] : leftLines(spec)) context.io.stderr.write(`${line}\n`);
    });
    // Nobody waits here for the end.
    if (options['detach'] === true && code === exitCodes.running.code) await removeSchedule(context, name);
    return code;
  },
};

/** A ceremony that waits for hands would go on with records that are gone. @throws CliError (exit 2) naming each */
async function requireNoRun(context: CommandContext, name: string): Promise<void> {
  const authorityOperations = Object.values(operations).filter(({ kind }) => kind === 'authority');
  const types = authorityOperations
    .filter(({ type, acts }) => acts === 'changes' && type !== operations.destroyAuthority.type)
    .map(({ type }) => type);
  await withTemporal(context, async ({ client }) => {
    const open = (await client.openRuns(types)).filter(({ id }) => id.split('/')[1] === name);
    const [first] = open;
    if (first === undefined) return;
    throw new CliError('usage', `Runs of authority ${name} are open; nothing was started`, {
      details: open.map(({ id }) => id),
      next: `holdfast op cancel ${first.id}`,
    });
  });
}

/** Without its authority it would fail at each turn. */
const removeSchedule = (context: CommandContext, name: string): Promise<void> =>
  withTemporal(context, ({ client }) => client.schedules.remove(authorityScheduleId(name)));

function leftLines({ name, root, intermediate }: AuthoritySpec): string[] {
  return [
    'What stays:',
    `  token ${root.serial} keeps the key of the root, token ${intermediate.serial} those of the intermediates`,
    `  the records of ${name}, below ${destroyedAuthorities} of the state directory`,
    '  certificates that it issued are valid until they end; nothing was revoked, and no CRL is signed any more',
  ];
}

function plan({ io }: CommandContext, spec: AuthoritySpec): number {
  const { name, server } = spec;
  const box =
    server === undefined ? [] : [`  ! box      ${serverBox(name)}: DESTROYED, with its copy of the token`];
  const lines = [
    `destroy-ca ${name}`,
    ...box,
    `  - record   ${authorityFolder(name)}, set aside below ${destroyedAuthorities}`,
    '  - schedule of its CRL',
    ...leftLines(spec),
  ];
  for (const line of lines) io.stdout.write(`${line}\n`);
  return exitCodes.done.code;
}

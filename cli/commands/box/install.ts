// SPDX-License-Identifier: Apache-2.0
// `holdfast box install`: makes a box as its spec says, or shows the plan.
import { recordedSpec } from '../../records/box-records.ts';
import { factsOfBox } from '../../records/box/box-facts.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
} from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { confirmChange, yesOption } from '../../runs/confirm-change.ts';
import { runOperation } from '../../runs/run-operation.ts';
import type { OperationRequest } from '../../runs/start-or-attach.ts';
import { commandLine, sameCommand } from '../../terminal/command-line.ts';
import { programNameOf } from '../../terminal/settings.ts';
import { specOf } from '../../records/spec-source.ts';
import type { ReadyTemporal } from '../../temporal/temporal-client.ts';
import { recordWanted } from '../../records/wanted-spec.ts';
import { installedLines } from '../../views/text/box-text.ts';
import { boxPlan, specArgument } from './plan.ts';

export const boxInstall: Command = {
  words: ['box', 'install'],
  summary: 'make a box as its spec says, or go on where an install stood',
  arguments: [specArgument],
  options: [
    { flags: '--plan', text: 'only show what would change', group: 'Plan' },
    { flags: '--replace', text: 'end a run of this box that has another spec, then start', group: 'Run' },
    ...runOptions,
    yesOption,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['box install examples/local-box.yaml', 'box install local-box --plan'],
  run: async (context, args, options) => {
    if (options['plan'] === true) return boxPlan.run(context, args, options);
    const spec = await specOf(context, args[0] ?? '');
    const request: OperationRequest = {
      operation: operations.installBox,
      subject: spec.name,
      input: { ...(await recordWanted(context, spec)), takeOver: options['takeOver'] === true },
      replaces: options['replace'] === true,
      replaceCommand: sameCommand(boxInstall, args, { ...options, replace: true }),
    };
    const refused = await confirmChange(context, options, {
      operation: operations.installBox,
      what: `box ${spec.name}`,
      recorded: await recordedSpec(context, spec.name),
      wanted: spec,
      command: sameCommand(boxInstall, args, { ...options, yes: true }),
      planCommand: commandLine('box plan', args),
      showPlan: () => boxPlan.run(context, args, options),
    });
    if (refused !== 0) return refused;
    return runOperation(context, options, request, (ready) => printInstalled(context, spec.name, ready));
  },
};

/** Tells where everything of a box is; says nothing of a box that is gone again. */
export async function printInstalled(
  context: CommandContext,
  name: string,
  ready: ReadyTemporal,
): Promise<void> {
  const { io } = context;
  const spec = await recordedSpec(context, name);
  if (spec === null) return;
  const facts = await factsOfBox(context, null, spec);
  for (const line of installedLines(facts, programNameOf(io), ready.uiUrl)) io.stdout.write(`${line}\n`);
}

// SPDX-License-Identifier: Apache-2.0
// `holdfast box install`: makes a box as its spec says, or shows the plan.
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { recordedSpec } from '../../records/box-records.ts';
import { factsOfBox } from '../../records/box-facts.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import type { OperationRequest } from '../../runs/start-or-attach.ts';
import { shellQuoted } from '../../terminal/shell-quote.ts';
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
      replaceCommand: `holdfast box install ${shellQuoted(args[0] ?? '')} --replace`,
    };
    const plan = await planOfChange(context, args, options, spec);
    if (plan !== 0) return plan;
    return runOperation(context, options, request, (ready) => printInstalled(context, spec.name, ready));
  },
};

/**
 * Shows what another spec than the recorded one will change, where somebody watches; the exit code that ends the install, or 0.
 * Nothing is asked: whoever wants to look first asks for --plan.
 */
async function planOfChange(
  context: CommandContext,
  args: readonly string[],
  options: Options,
  spec: BoxSpec,
): Promise<number> {
  if (options['json'] === true || options['detach'] === true || options['quiet'] === true) return 0;
  const recorded = await recordedSpec(context, spec.name);
  if (recorded === null || JSON.stringify(recorded) === JSON.stringify(spec)) return 0;
  return boxPlan.run(context, args, options);
}

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

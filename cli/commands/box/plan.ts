// SPDX-License-Identifier: Apache-2.0
// `holdfast box plan`: shows what an install would change. Changes nothing.
import { runOptions, watchOptions, type Command, type CommandContext } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { recordedSpec } from '../../records/box-records.ts';
import { leftBehind } from '../../records/left-behind.ts';
import { specOf } from '../../records/spec-source.ts';
import { recordWanted } from '../../records/wanted-spec.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

export const specArgument = {
  name: 'file-or-name',
  text: 'a YAML file (has a / or ends in .yaml), or the name of a recorded box',
} as const;

export const exitCodeOption = {
  flags: '--exit-code',
  text: 'exit with 3 when something differs',
  group: 'Plan',
} as const;

export const boxPlan: Command = {
  words: ['box', 'plan'],
  summary: 'show what an install would change, step by step',
  arguments: [specArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['box plan examples/local-box.yaml', 'box plan local-box --exit-code'],
  run: async (context, args, options) => {
    const spec = await specOf(context, args[0] ?? '');
    const input = { ...(await recordWanted(context, spec)), takeOver: false };
    const request = { operation: operations.planBox, subject: spec.name, input };
    const code = await runOperation(context, options, request);
    if (!isForPrograms(options) && options['detach'] !== true) await printLeftBehind(context, spec);
    return code;
  },
};

/** Steps look for what the spec names: what it names no more they do not see. */
async function printLeftBehind(context: CommandContext, spec: BoxSpec): Promise<void> {
  const recorded = await recordedSpec(context, spec.name).catch(() => null);
  if (recorded === null) return;
  for (const line of leftBehind(recorded, spec)) context.io.stdout.write(`${line}\n`);
}

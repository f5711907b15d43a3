// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors install`: makes the box of a mirror as its spec says, or shows the plan.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { recordedMirror } from '../../records/mirror-records.ts';
import { mirrorSpecOf } from '../../records/spec-source.ts';
import { recordWantedMirror, specDigestOf } from '../../records/wanted-spec.ts';
import { confirmChange, yesOption } from '../../runs/confirm-change.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { commandLine, sameCommand } from '../../terminal/command-line.ts';
import { typed } from '../../terminal/settings.ts';
import { exitCodeOption } from '../box/plan.ts';

export const mirrorsInstall: Command = {
  words: ['mirrors', 'install'],
  summary: 'make a mirror as its spec says, or go on where an install stood',
  arguments: [
    {
      name: 'file-or-name',
      text: 'a YAML file (has a / or ends in .yaml), or the name of a recorded mirror',
    },
  ],
  options: [
    { flags: '--plan', text: 'only show what would change', group: 'Plan' },
    exitCodeOption,
    yesOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['mirrors install examples/mirror.yaml', 'mirrors install local-mirror --plan'],
  run: async (context, [argument = ''], options) => {
    const { spec, isRecorded } = await mirrorSpecOf(context, argument);
    const wanted = await recordWantedMirror(context, spec);
    const isPlan = options['plan'] === true;
    const refused = isPlan
      ? 0
      : await confirmChange(context, options, {
          operation: operations.installMirror,
          what: `mirror ${spec.name}`,
          recorded: await recordedMirror(context, spec.name),
          wanted: spec,
          command: sameCommand(mirrorsInstall, [argument], { ...options, yes: true }),
          planCommand: commandLine('mirrors install', [argument], { '--plan': true }),
          showPlan: () => mirrorsInstall.run(context, [argument], { ...options, plan: true }),
        });
    if (refused !== 0) return refused;
    const request = {
      operation: isPlan ? operations.planMirror : operations.installMirror,
      subject: spec.name,
      input: {
        ...wanted,
        ...(isRecorded && { base: specDigestOf(spec) }),
        takeOver: options['takeOver'] === true,
      },
    };
    return runOperation(context, options, request, () => {
      const { name, receives } = spec;
      const words = receives === undefined ? `refresh ${name}` : `import ${name} FOLDER`;
      const next = typed(context.io, `holdfast mirrors ${words}`);
      context.io.stdout.write(`Mirror ${spec.name} is at ${spec.network.address}; next: ${next}\n`);
      return Promise.resolve();
    });
  },
};

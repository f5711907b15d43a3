// SPDX-License-Identifier: Apache-2.0
// `holdfast box shell`: a shell or one command inside a box, as root. Needs neither Temporal nor a worker.
import { boxNameOf, requireSpec } from '../../records/box-records.ts';
import { isServingBox } from '../../records/serving-boxes.ts';
import type { Command } from '../../command.ts';
import { askMachine } from '../../local/machine.ts';
import { boxNameArgument } from './drift.ts';

export const boxShell: Command = {
  words: ['box', 'shell'],
  summary: 'open a shell inside a box as root, or run one command there',
  arguments: [
    boxNameArgument,
    {
      name: 'command',
      text: 'after --: the command and its words; default: a login shell',
      isVariadic: true,
    },
  ],
  options: [],
  examples: ['box shell local-box', 'box shell local-box -- systemctl --failed'],
  run: async ({ io, ...context }, [name = '', ...command], _options) => {
    const whole = { io, ...context };
    if (!(await isServingBox(whole, boxNameOf(name)))) await requireSpec(whole, name);
    const request = {
      box: name,
      command,
      isTerminal: io.stdinIsTty && io.stdout.isTty,
      terminal: io.environment['TERM'] ?? 'dumb',
    };
    const argv = await askMachine<string[]>(io, ['enter', JSON.stringify(request)]);
    return io.inFront(argv);
  },
};

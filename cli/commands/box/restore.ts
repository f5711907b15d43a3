// SPDX-License-Identifier: Apache-2.0
// `holdfast box restore`: puts the databases of a box back to a dump, after its name was typed.
import { boxNameOf } from '../../records/box-records.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName, confirmOption } from '../../terminal/confirm-name.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { typed } from '../../terminal/settings.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { boxNameArgument } from './drift.ts';

export const boxRestore: Command = {
  words: ['box', 'restore'],
  summary: 'put the databases of a box back to a dump',
  arguments: [boxNameArgument, { name: 'dump', text: 'the id of a dump, as box dumps lists it' }],
  options: [confirmOption, ...runOptions, takeOverOption, ...watchOptions],
  examples: ['box restore local-box 3f2a9c0d11e47b58 --confirm local-box'],
  run: async (context, [argument = '', dump = ''], options) => {
    const name = boxNameOf(argument);
    if (options['attach'] !== true) {
      await confirmName(context, options, {
        name,
        question: `This stops the services of ${name} and puts its databases back to dump ${dump}. Type its name to go on: `,
        what: `Restoring ${name}`,
        next: sameCommand(boxRestore, [name, dump], { ...options, confirm: name }),
      });
    }
    const input = { name, dump, takeOver: options['takeOver'] === true };
    const request = { operation: operations.restoreBox, subject: name, input };
    return runOperation(context, options, request, () => {
      const next = typed(context.io, `holdfast box install ${name}`);
      context.io.stderr.write(`next: ${next}, which compares everything with its spec\n`);
      return Promise.resolve();
    });
  },
};

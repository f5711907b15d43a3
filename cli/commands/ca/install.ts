// SPDX-License-Identifier: Apache-2.0
// `holdfast ca install`: makes the box in which an authority answers, or shows the plan. Activates no certificate.
import { serverBox } from '../../../workflows/contracts/authority/server.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { typed } from '../../terminal/settings.ts';
import { exitCodeOption } from '../box/plan.ts';
import { authorityArgument } from './options.ts';

export const caInstall: Command = {
  words: ['ca', 'install'],
  summary: 'make the box that issues leaves by ACME and serves chain and CRL',
  arguments: [authorityArgument],
  options: [
    { flags: '--plan', text: 'only show what would change', group: 'Plan' },
    exitCodeOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['ca install lab', 'ca install lab --plan'],
  run: async (context, [argument = ''], options) => {
    const { spec, digest } = await requireAuthority(context, argument);
    const { name, server, profile } = spec;
    if (server === undefined)
      throw new CliError('usage', `The spec of ${name} describes no server; nothing was started`, {
        next: 'Add server as examples/authority.yaml has it, then: holdfast ca record FILE',
      });
    const isPlan = options['plan'] === true;
    const request = {
      operation: isPlan ? operations.planAuthority : operations.installAuthority,
      subject: name,
      input: { name, specDigest: digest, takeOver: options['takeOver'] === true },
    };
    return runOperation(context, options, request, () => {
      const next = typed(context.io, `holdfast ca activate ${name} ${profile.generation}`);
      context.io.stdout.write(`Box ${serverBox(name)} is at ${server.network.address}; next: ${next}\n`);
      return Promise.resolve();
    });
  },
};

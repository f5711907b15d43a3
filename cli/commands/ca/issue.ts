// SPDX-License-Identifier: Apache-2.0
// `holdfast ca issue`: has the root sign the intermediate that the recorded spec describes, or shows what is left to do.
import { ceremonySubject } from '../../../workflows/contracts/authority/authority-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { authorityArgument } from './options.ts';

export const caIssue: Command = {
  words: ['ca', 'issue'],
  summary: 'issue the intermediate of an authority, in a ceremony on two tokens',
  arguments: [authorityArgument],
  options: [
    { flags: '--plan', text: 'show which steps are left, and change nothing', group: 'Plan' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['ca issue lab', 'ca issue lab --plan', 'ca issue lab --detach'],
  run: async (context, [name = ''], options) => {
    const { spec, digest } = await requireAuthority(context, name);
    const { generation } = spec.profile;
    return runOperation(context, options, {
      operation: options['plan'] === true ? operations.planIntermediateCa : operations.issueIntermediateCa,
      subject: ceremonySubject(name, generation),
      input: { name, generation, specDigest: digest, requestedBy: context.io.userName },
    });
  },
};

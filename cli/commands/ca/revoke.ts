// SPDX-License-Identifier: Apache-2.0
// `holdfast ca revoke`: has the root's next CRL list a certificate, once enough people approved it.
import { revocationSubject } from '../../../workflows/contracts/authority/root-crl.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { serialOf } from '../../records/ceremony-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { authorityArgument } from './options.ts';

export const caRevoke: Command = {
  words: ['ca', 'revoke'],
  summary: 'revoke a certificate that the root signed; there is no undo',
  arguments: [
    authorityArgument,
    {
      name: 'generation-or-serial',
      text: 'the generation of an intermediate, or the serial number of any certificate of the root',
    },
  ],
  options: [
    { flags: '--reason <text>', text: 'why; people approve it with the serial number', group: 'Run' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['ca revoke lab 1 --reason "the token was lost"'],
  run: async (context, [name = '', which = ''], options) => {
    const { spec } = await requireAuthority(context, name);
    const serial = await serialOf(context, spec.name, which);
    const why = options['reason'];
    if (options['attach'] !== true && (typeof why !== 'string' || why.trim() === ''))
      throw new CliError('usage', 'No reason is given; nothing was revoked', {
        next: sameCommand(caRevoke, [spec.name, which], { ...options, reason: 'TEXT' }),
      });
    return runOperation(context, options, {
      operation: operations.revokeCertificate,
      subject: revocationSubject(spec.name, serial),
      input: {
        name: spec.name,
        serial,
        why,
        requestedBy: context.io.userName,
        takeOver: options['takeOver'] === true,
      },
    });
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast ca crl`: has the root sign its next CRL where the last one ends soon or leaves something out.
import { crlDaysLeft } from '../../../workflows/contracts/authority/root-crl.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command, type Options } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { authorityArgument } from './options.ts';

export const caCrl: Command = {
  words: ['ca', 'crl'],
  summary: 'renew the CRL of a root that ends soon, or that leaves out what was revoked',
  arguments: [authorityArgument],
  options: [
    {
      flags: '--days-left <days>',
      text: `renew a CRL that has fewer days left; default ${crlDaysLeft}`,
      group: 'Run',
    },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['ca crl lab', 'ca crl lab --days-left 300'],
  run: async (context, [name = ''], options) => {
    const { spec } = await requireAuthority(context, name);
    return runOperation(context, options, {
      operation: operations.issueRootCrl,
      subject: spec.name,
      input: {
        name: spec.name,
        daysLeft: daysLeftOf(options),
        requestedBy: context.io.userName,
        takeOver: options['takeOver'] === true,
      },
    });
  },
};

/** @throws CliError (exit 2) */
function daysLeftOf(options: Options): number {
  const text = options['daysLeft'] ?? String(crlDaysLeft);
  if (typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CliError('usage', `--days-left takes a number of days from 1 to 9999, not ${String(text)}`);
}

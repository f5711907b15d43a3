// SPDX-License-Identifier: Apache-2.0
// `holdfast cloud policies`: prints the policies of Vault that a recorded cloud needs. Applies none: a rotator needs no right to.
import { vaultPolicies } from '../../../workflows/contracts/cloud/vault-policies.ts';
import { outputOptions, type Command } from '../../command.ts';
import { requireCloud } from '../../records/cloud-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';

export const cloudPolicies: Command = {
  words: ['cloud', 'policies'],
  summary: 'print the policies that the Vault of a cloud needs',
  arguments: [{ name: 'cloud', text: 'name of a recorded cloud' }],
  options: outputOptions,
  examples: ['cloud policies lab-cloud'],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const spec = await requireCloud(context, name);
    if (spec.store.kind !== 'vault')
      throw new CliError('usage', `The secrets of cloud ${name} lie in no Vault: its spec names none`, {
        next: 'Name one under store, then: holdfast cloud record FILE',
      });
    const policies = vaultPolicies(spec, spec.store);
    if (options['json'] === true) io.stdout.write(`${JSON.stringify(policies, null, 2)}\n`);
    else
      for (const { name: policy, text } of policies)
        io.stdout.write(`vault policy write ${policy} - <<'POLICY'\n${text}\nPOLICY\n`);
    return exitCodes.done.code;
  },
};

// SPDX-License-Identifier: Apache-2.0
// `holdfast credentials ack`: records that a consumer of a cloud uses a generation of a credential.
import { acknowledgementSubject } from '../../../workflows/contracts/cloud/cloud-spec.ts';
import { parseAcknowledge } from '../../../workflows/contracts/cloud/cloud-spec.schema.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command, type Options } from '../../command.ts';
import { credentialSubjectOf } from '../../records/cloud-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';

export const credentialsAck: Command = {
  words: ['credentials', 'ack'],
  summary: 'record that a consumer uses a credential, so that the one before may be deleted',
  arguments: [
    { name: 'cloud', text: 'name of a recorded cloud' },
    { name: 'user', text: 'the user whose credential it is' },
  ],
  options: [
    { flags: '--consumer <name>', text: 'who uses it, as the spec of the cloud lists it', group: 'Answer' },
    { flags: '--generation <number>', text: 'the generation that it uses', group: 'Answer' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['credentials ack lab nova --consumer compute-07 --generation 4'],
  run: async (context, [name = '', user = ''], options) => {
    const subject = await credentialSubjectOf(context, name);
    if (subject.kind === 'box')
      throw new CliError('usage', `${name} is a box: its programs are seen to use a credential`, {
        next: `holdfast credentials status ${name}`,
      });
    const input = {
      name,
      user,
      consumer: options['consumer'] ?? '',
      generation: generationOf(options),
      actor: context.io.userName,
    };
    const parsed = parseAcknowledge(input);
    if (!parsed.ok)
      throw new CliError('usage', 'The acknowledgement lacks a part; nothing was recorded', {
        details: parsed.issues.map(({ path, message }) => `${path}: ${message}`),
        next: sameCommand(credentialsAck, [name, user], {
          ...options,
          consumer: options['consumer'] ?? 'NAME',
          generation: options['generation'] ?? 'N',
        }),
      });
    return runOperation(context, options, {
      operation: operations.acknowledgeCredential,
      subject: acknowledgementSubject(parsed.value),
      input,
    });
  },
};

/** 0, which the schema refuses, where none is given. @throws CliError (exit 2) for what is no whole number */
function generationOf({ generation }: Options): number {
  if (generation === undefined) return 0;
  if (typeof generation === 'string' && /^[1-9]\d{0,8}$/.test(generation)) return Number(generation);
  throw new CliError('usage', `--generation takes a whole number from 1, not ${String(generation)}`);
}

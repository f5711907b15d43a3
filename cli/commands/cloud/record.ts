// SPDX-License-Identifier: Apache-2.0
// `holdfast cloud record`: records the spec of a cloud that is no box. Starts nothing.
import type { Command } from '../../command.ts';
import { recordedSpec } from '../../records/box-records.ts';
import { recordCloud } from '../../records/cloud-records.ts';
import { parseCloudText } from '../../records/spec-file.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';

export const cloudRecord: Command = {
  words: ['cloud', 'record'],
  summary: 'record a cloud that is no box, whose application credentials are to be rotated',
  arguments: [{ name: 'file', text: 'a YAML file that describes a cloud' }],
  options: [],
  examples: ['cloud record examples/cloud.yaml'],
  run: async (context, [file = '']) => {
    const { io } = context;
    const text = await io.readText(io.absolute(file));
    if (text === null) throw new CliError('usage', `There is no file ${file}; nothing was recorded`);
    const spec = parseCloudText(text, file);
    if ((await recordedSpec(context, spec.name)) !== null)
      throw new CliError('usage', `A box has the name ${spec.name}; nothing was recorded`, {
        next: 'Give the cloud another name. The credentials of a box are rotated by themselves',
      });
    await recordCloud(context, spec);
    io.stderr.write(`Cloud ${spec.name} is recorded, with ${spec.users.length} users\n`);
    io.stderr.write(`next: ${typed(io, `holdfast credentials rotate ${spec.name}`)}\n`);
    io.stderr.write(
      `then: ${typed(io, 'holdfast schedule apply')}, which has it done every ${spec.rotateEvery}\n`,
    );
    return exitCodes.done.code;
  },
};

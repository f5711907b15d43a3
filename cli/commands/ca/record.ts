// SPDX-License-Identifier: Apache-2.0
// `holdfast ca record`: records the spec of an authority. Starts nothing.
import type { Command } from '../../command.ts';
import { recordAuthority } from '../../records/authority-records.ts';
import { parseAuthorityText } from '../../records/spec-file.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';

export const caRecord: Command = {
  words: ['ca', 'record'],
  summary: 'record what an authority is to be, from a YAML file',
  arguments: [{ name: 'file', text: 'a YAML file that describes an authority' }],
  options: [],
  examples: ['ca record examples/authority.yaml'],
  run: async (context, [file = '']) => {
    const { io } = context;
    const text = await io.readText(io.absolute(file));
    if (text === null) throw new CliError('usage', `There is no file ${file}; nothing was recorded`);
    const spec = parseAuthorityText(text, file);
    await recordAuthority(context, spec);
    io.stderr.write(`Authority ${spec.name} is recorded, for generation ${spec.profile.generation}\n`);
    io.stderr.write(`next: ${typed(io, `holdfast ca issue ${spec.name}`)}\n`);
    return exitCodes.done.code;
  },
};

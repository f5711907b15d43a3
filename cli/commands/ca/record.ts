// SPDX-License-Identifier: Apache-2.0
// `holdfast ca record`: records the spec of an authority. Starts nothing.
import { join } from 'node:path';
import {
  authorityFolder,
  type AuthoritySpec,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import type { Command, CommandContext } from '../../command.ts';
import { destroyedBefore, recordAuthority } from '../../records/authority-records.ts';
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
    await refuseDestroyed(context, spec);
    await recordAuthority(context, spec);
    io.stderr.write(`Authority ${spec.name} is recorded, for generation ${spec.profile.generation}\n`);
    io.stderr.write(`next: ${typed(io, `holdfast ca issue ${spec.name}`)}\n`);
    return exitCodes.done.code;
  },
};

/** The CRLs of a root are numbered on: a verifier refuses one whose number it has seen. @throws CliError (exit 2) */
async function refuseDestroyed(context: CommandContext, { name, root }: AuthoritySpec): Promise<void> {
  const folder = await destroyedBefore(context, name, root.fingerprint);
  if (folder === null) return;
  throw new CliError('usage', `${name} was destroyed here with this root; nothing was recorded`, {
    details: [`its records, by which serial and CRL numbers go on, are ${folder}`],
    next: `mv ${folder} ${join(context.stateDirectory, authorityFolder(name))}, then holdfast ca record FILE`,
  });
}

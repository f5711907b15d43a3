// SPDX-License-Identifier: Apache-2.0
// Decides whether an argument is a file or a recorded box, and returns the spec it stands for. Starts nothing.
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { boxNameOf, recordedBoxes, recordedSpec } from './box-records.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import type { MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { requireMirror } from './mirror-records.ts';
import { parseMirrorText, parseSpecText } from './spec-file.ts';

/** A file contains a slash, ends in .yaml or .yml, or is there; anything else names a recorded box.
 * @throws CliError (exit 2) */
export async function specOf(context: CommandContext, argument: string): Promise<BoxSpec> {
  const text = await fileText(context, argument);
  if (text !== null) return parseSpecText(text, argument);
  if (looksLikeFile(argument))
    throw new CliError('usage', `There is no file ${argument}; nothing was started`);
  const spec = await recordedSpec(context, boxNameOf(argument));
  if (spec !== null) return spec;
  const known = await recordedBoxes(context);
  throw new CliError('usage', `There is neither a file nor a recorded box ${argument}; nothing was started`, {
    details: known.length === 0 ? [] : [`boxes recorded: ${known.join(', ')}`],
    next: 'A file is named with its folder or its ending: ./box.yaml',
  });
}

/** As specOf, of a mirror. @throws CliError (exit 2) */
export async function mirrorSpecOf(context: CommandContext, argument: string): Promise<MirrorSpec> {
  const text = await fileText(context, argument);
  if (text !== null) return parseMirrorText(text, argument);
  if (looksLikeFile(argument))
    throw new CliError('usage', `There is no file ${argument}; nothing was started`);
  return requireMirror(context, argument);
}

function looksLikeFile(argument: string): boolean {
  return argument.includes('/') || /\.ya?ml$/.test(argument);
}

async function fileText({ io }: CommandContext, argument: string): Promise<string | null> {
  try {
    return await io.readText(io.absolute(argument));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A folder of that name says nothing about a box of that name.
    if ((error as { code?: unknown }).code === 'EISDIR' && !looksLikeFile(argument)) return null;
    throw new CliError('usage', `${argument} cannot be read; nothing was started`, { details: [reason] });
  }
}

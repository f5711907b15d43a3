// SPDX-License-Identifier: Apache-2.0
// Decides whether an argument is a file or a recorded box, and returns the spec it stands for. Starts nothing.
import { join } from 'node:path';
import type { BoxSpec, ServiceName } from '../../workflows/contracts/box/box-spec.ts';
import { boxNameOf, knownBoxes, recordedBoxes, recordedSpec } from './box-records.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import type { MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { recordedMirror } from './mirror-records.ts';
import { knownNames } from './recorded.ts';
import { parseMirrorText, parseSpecText, placeOfKey } from './spec-file.ts';

const asFile = 'A file is named with its folder or its ending: ./box.yaml';

/** A file contains a slash, ends in .yaml or .yml, or is there; anything else names a recorded box.
 * @throws CliError (exit 2) */
export async function specOf(context: CommandContext, argument: string): Promise<BoxSpec> {
  const text = await fileText(context, argument);
  if (text !== null) return withoutIdleOverrides(parseSpecText(text, argument), text, argument);
  if (looksLikeFile(argument))
    throw new CliError('usage', `There is no file ${argument}; nothing was started`);
  const spec = await recordedSpec(context, boxNameOf(argument));
  if (spec !== null) return spec;
  const known = await recordedBoxes(context);
  throw new CliError('usage', `There is neither a file nor a recorded box ${argument}; nothing was started`, {
    details: knownBoxes(argument, known),
    next: asFile,
  });
}

/** The service whose programs read what a spec overrides. */
const serviceOf: Readonly<Record<string, ServiceName>> = {
  keystone: 'identity',
  glance: 'image',
  placement: 'placement',
  neutron: 'network',
  ml2: 'network',
  nova: 'compute',
  'nova-compute': 'compute',
  cinder: 'volume',
};

/** Only of a file: a spec that was recorded before stays readable. @throws CliError (exit 2) */
function withoutIdleOverrides(spec: BoxSpec, text: string, fileName: string): BoxSpec {
  const idle = Object.keys(spec.overrides).flatMap((program) => {
    const service = serviceOf[program];
    if (service === undefined || spec.services.includes(service)) return [];
    const key = `overrides.${program}`;
    const { line, column } = placeOfKey(text, key);
    const why = `No program of this box reads it: the service ${service} is not in services`;
    return [`${key}: ${why} (${fileName}:${line}:${column})`];
  });
  if (idle.length === 0) return spec;
  throw new CliError('usage', `${fileName} does not describe a box; nothing was started`, {
    details: idle,
    next: 'Remove the override, or add the service',
  });
}

export interface MirrorSource {
  readonly spec: MirrorSpec;
  /** True: it is the recorded one, which may replace no other. */
  readonly isRecorded: boolean;
}

/** As specOf, of a mirror. @throws CliError (exit 2) */
export async function mirrorSpecOf(context: CommandContext, argument: string): Promise<MirrorSource> {
  const text = await fileText(context, argument);
  if (text !== null) return { spec: parseMirrorText(text, argument), isRecorded: false };
  if (looksLikeFile(argument))
    throw new CliError('usage', `There is no file ${argument}; nothing was started`);
  const spec = await recordedMirror(context, boxNameOf(argument));
  if (spec !== null) return { spec, isRecorded: true };
  const known = await context.io.listFolders(join(context.stateDirectory, 'sites'));
  throw new CliError(
    'usage',
    `There is neither a file nor a recorded mirror ${argument}; nothing was started`,
    {
      details: knownNames('mirrors', argument, known),
      next: asFile,
    },
  );
}

function looksLikeFile(argument: string): boolean {
  return argument.includes('/') || /\.ya?ml$/.test(argument);
}

/** Characters. @source the largest spec of the tests has 6,000; one of 1.3 million held up a plan for minutes */
const textLengthMax = 256_000;

async function fileText({ io }: CommandContext, argument: string): Promise<string | null> {
  const text = await io.readText(io.absolute(argument)).catch((error: unknown) => {
    // A folder of that name says nothing about a box of that name.
    if (isFolder(error) && !looksLikeFile(argument)) return null;
    const why = isFolder(error) ? 'is a folder, not a file' : 'cannot be read';
    const details = isFolder(error)
      ? []
      : [`cause: ${error instanceof Error ? error.message : String(error)}`];
    throw new CliError('usage', `${argument} ${why}; nothing was started`, { details });
  });
  if (text !== null && text.length > textLengthMax)
    throw new CliError(
      'usage',
      `${argument} is too long for a spec: ${text.length} characters of at most ${textLengthMax}; nothing was started`,
    );
  return text;
}

const isFolder = (error: unknown): boolean => (error as { code?: unknown }).code === 'EISDIR';

// SPDX-License-Identifier: Apache-2.0
// What the state directory knows of clouds that are no boxes: their specs. Writes specs, reads no secret.
import { join } from 'node:path';
import { cloudSpecFile, type CloudSpec } from '../../workflows/contracts/cloud/cloud-spec.ts';
import { cloudName, parseCloudSpec } from '../../workflows/contracts/cloud/cloud-spec.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';
import { recordedBoxes, recordedSpec } from './box-records.ts';
import { allRecorded, knownNames, writeSpec, type Recorded } from './recorded.ts';

/** @idempotent @throws CliError when it cannot be written */
export const recordCloud = (context: CommandContext, spec: CloudSpec): Promise<void> =>
  writeSpec(context, join(context.stateDirectory, cloudSpecFile(spec.name)), `cloud ${spec.name}`, spec);

/** Null when none is recorded. @throws CliError (exit 1) for a record that cannot be read */
async function recordedCloud(
  { io, stateDirectory }: CommandContext,
  name: string,
): Promise<CloudSpec | null> {
  if (!cloudName.safeParse(name).success) return null;
  const path = join(stateDirectory, cloudSpecFile(name));
  const text = await io.readText(path).catch((error: unknown) => {
    throw damaged(path, [error instanceof Error ? error.message : String(error)]);
  });
  if (text === null) return null;
  const parsed = parseCloudSpec(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw damaged(
    path,
    parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
  );
}

/** @throws CliError (exit 2) naming the clouds that are there */
export async function requireCloud(context: CommandContext, name: string): Promise<CloudSpec> {
  const spec = await recordedCloud(context, name);
  if (spec !== null) return spec;
  const known = (await recordedClouds(context)).specs.map((each) => each.name);
  throw new CliError('usage', `There is no cloud ${name} in ${context.stateDirectory}`, {
    details: known.length === 0 ? ['no cloud is recorded there'] : knownNames('clouds', name, known),
    next: 'holdfast cloud record FILE',
  });
}

export type RecordedClouds = Recorded<CloudSpec>;

/** Of all recorded clouds. One of which only canaries are recorded has no spec. */
export async function recordedClouds(context: CommandContext): Promise<RecordedClouds> {
  const names = await context.io.listFolders(join(context.stateDirectory, 'clouds'));
  return allRecorded(names, (name) => recordedCloud(context, name));
}

/** Whose service users a command is about: a box's, or those of a recorded cloud. */
export interface CredentialSubject {
  readonly kind: 'box' | 'cloud';
  readonly name: string;
}

/** @throws CliError (exit 2) for a name that nothing recorded has, or both a box and a cloud */
export async function credentialSubjectOf(context: CommandContext, name: string): Promise<CredentialSubject> {
  const cloud = await recordedCloud(context, name);
  const box = cloudName.safeParse(name).success ? await recordedSpec(context, name) : null;
  if (cloud !== null && box !== null)
    throw new CliError('usage', `Both a box and a cloud have the name ${name}; nothing was started`, {
      next: `Record the cloud under another name, then: rm -r ${join(context.stateDirectory, 'clouds', name)}`,
    });
  if (cloud !== null) return { kind: 'cloud', name };
  if (box !== null) return { kind: 'box', name };
  const boxes = await recordedBoxes(context);
  const clouds = (await recordedClouds(context)).specs.map((spec) => spec.name);
  throw new CliError('usage', `There is neither a box nor a cloud ${name} in ${context.stateDirectory}`, {
    details:
      boxes.length + clouds.length === 0
        ? ['none is recorded there']
        : knownNames('boxes and clouds', name, [...boxes, ...clouds]),
    next: 'holdfast cloud record FILE',
  });
}

function damaged(path: string, details: readonly string[]): CliError {
  return new CliError('failed', `The recorded spec ${path} cannot be read`, {
    details,
    next: 'holdfast cloud record FILE',
  });
}

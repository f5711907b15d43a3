// SPDX-License-Identifier: Apache-2.0
// What the state directory knows of boxes: specs, access files, evidence. Writes nothing, reads no secret.
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import type { Evidence } from '../../workflows/contracts/box/evidence.ts';
import { parseEvidence } from '../../workflows/contracts/box/evidence.schema.ts';
import { boxName } from '../../workflows/contracts/box/spec/values.schema.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { CliError } from '../terminal/cli-error.ts';
import { troubleText } from '../terminal/file-trouble.ts';
import type { CommandContext } from '../command.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { allRecorded, knownNames, type Recorded } from './recorded.ts';

/** Where the files lie with which clients reach a box. */
export interface BoxAccess {
  readonly cloudsYaml: string;
  readonly caFile: string;
  /** Names of the clouds in clouds.yaml. */
  readonly clouds: readonly string[];
}

/** @throws CliError (exit 2) for what is no name of a box, such as a path */
export function boxNameOf(text: string): string {
  const parsed = boxName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError('usage', `${JSON.stringify(text)} is no name of a box`, {
    details: parsed.error.issues.map(({ message }) => message),
  });
}

/** Names of all recorded boxes, sorted. */
export async function recordedBoxes({ io, stateDirectory }: CommandContext): Promise<string[]> {
  const names = await io.listFolders(join(stateDirectory, 'boxes'));
  // A record that cannot be read is there all the same: who needs it is told what ails it.
  const areThere = await Promise.all(
    names.map((name) =>
      io.readText(specPath(stateDirectory, name)).then(
        (text) => text !== null,
        () => true,
      ),
    ),
  );
  return names.filter((_, index) => areThere[index]);
}

/** The recorded spec, or null when there is none. @throws CliError when it cannot be read as one */
export async function recordedSpec(
  { io, stateDirectory }: CommandContext,
  name: string,
): Promise<BoxSpec | null> {
  const path = specPath(stateDirectory, name);
  const text = await io.readText(path).catch((error: unknown) => {
    throw damagedSpec(path, [`cause: ${troubleText(error)}`]);
  });
  if (text === null) return null;
  const parsed = parseBoxSpec(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw damagedSpec(
    path,
    parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
  );
}

function damagedSpec(path: string, details: readonly string[]): CliError {
  return new CliError('failed', `The recorded spec ${path} cannot be read`, {
    details,
    next: `mv ${path} ${path}.damaged; then install the box from its file: holdfast box install FILE`,
  });
}

export type RecordedSpecs = Recorded<BoxSpec>;

/** Of all recorded boxes. */
export async function recordedSpecs(context: CommandContext): Promise<RecordedSpecs> {
  return allRecorded(await recordedBoxes(context), (name) => requireSpec(context, name));
}

/** @throws CliError (exit 2) naming the boxes that are there */
export async function requireSpec(context: CommandContext, name: string): Promise<BoxSpec> {
  const spec = await recordedSpec(context, boxNameOf(name));
  if (spec !== null) return spec;
  throw noSuchBox(context, name, await recordedBoxes(context));
}

/** The refusal (exit 2) of a name that no box has, with the names that are known. */
export function noSuchBox(
  { stateDirectory }: CommandContext,
  name: string,
  known: readonly string[],
): CliError {
  return new CliError('usage', `There is no box ${name} in ${stateDirectory}`, {
    details: known.length === 0 ? ['no box is recorded there'] : knownBoxes(name, known),
    next: known.length === 0 ? 'holdfast box install FILE' : 'holdfast box list',
  });
}

/** What a refusal of a mistyped name says of the boxes that are there. */
export const knownBoxes = (mistyped: string, known: readonly string[]): string[] =>
  knownNames('boxes', mistyped, known);

/** The access files of a box, or null before they are written. */
export async function accessOf(
  { io, stateDirectory }: CommandContext,
  name: string,
): Promise<BoxAccess | null> {
  const directory = join(stateDirectory, 'boxes', name, 'access');
  const cloudsYaml = join(directory, 'clouds.yaml');
  const text = await io.readText(cloudsYaml).catch((error: unknown) => {
    throw damagedAccess(cloudsYaml, name, error instanceof Error ? error.message : String(error));
  });
  if (text === null) return null;
  const clouds = cloudNamesIn(text);
  if (clouds === null) throw damagedAccess(cloudsYaml, name, 'it is no YAML with the key clouds');
  return {
    cloudsYaml,
    caFile: join(directory, 'ca.pem'),
    clouds,
  };
}

/** Names of the clouds that a clouds.yaml describes; null for what is none. */
export function cloudNamesIn(text: string): string[] | null {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const value: unknown = document.errors.length > 0 ? null : document.toJS();
  const { clouds } = (value ?? {}) as { clouds?: unknown };
  return typeof clouds === 'object' && clouds !== null ? Object.keys(clouds) : null;
}

function damagedAccess(path: string, name: string, cause: string): CliError {
  return new CliError('failed', `The access file ${path} cannot be read`, {
    details: [`cause: ${cause}`],
    next: `holdfast box install ${name}, which writes it anew`,
  });
}

/** What the last install that ended well proved; null when there is none, or none that can be read. */
export async function evidenceOf(
  { io, stateDirectory }: CommandContext,
  name: string,
): Promise<Evidence | null> {
  if (!boxName.safeParse(name).success) return null;
  const path = join(stateDirectory, 'boxes', name, 'evidence.json');
  const text = await io.readText(path);
  const evidence = text === null ? null : parseEvidence(text);
  if (text !== null && evidence === null)
    io.stderr.write(`${path} cannot be read as evidence; the next install writes it anew\n`);
  return evidence;
}

function specPath(stateDirectory: string, name: string): string {
  return join(stateDirectory, 'boxes', name, 'spec.json');
}

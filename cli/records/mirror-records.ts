// SPDX-License-Identifier: Apache-2.0
// What the state directory knows of mirrors: specs and status. Writes nothing.
import { join } from 'node:path';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import {
  mirrorSpecFile,
  mirrorStatusFile,
  type MirrorSpec,
} from '../../workflows/contracts/mirror/mirror-spec.ts';
import { parseMirrorStatus } from '../../workflows/contracts/mirror/revision.schema.ts';
import type { MirrorStatus } from '../../workflows/contracts/mirror/revision.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { Parsed } from '../../workflows/contracts/run/parse.schema.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';
import { boxNameOf } from './box-records.ts';
import { allRecorded, knownNames, type Recorded } from './recorded.ts';

/** @throws CliError (exit 2) when there is no such mirror; CliError when its record cannot be read as one */
export async function requireMirror(context: CommandContext, argument: string): Promise<MirrorSpec> {
  const name = boxNameOf(argument);
  const spec = await recordedMirror(context, name);
  if (spec !== null) return spec;
  const known = await context.io.listFolders(join(context.stateDirectory, 'sites'));
  throw new CliError('usage', `There is no mirror ${name}`, {
    details: knownNames('mirrors', name, known),
    next: 'holdfast mirrors install FILE',
  });
}

/** Null when none is recorded. @throws CliError when its record cannot be read as a spec */
export function recordedMirror(context: CommandContext, name: string): Promise<MirrorSpec | null> {
  const path = join(context.stateDirectory, mirrorSpecFile(name));
  return readRecord(context, path, parseMirrorSpec, 'spec of a mirror');
}

export type RecordedMirrors = Recorded<MirrorSpec>;

/** Of all recorded mirrors. One that was never installed has only the specs that runs were to work by. */
export async function recordedMirrors(context: CommandContext): Promise<RecordedMirrors> {
  const names = await context.io.listFolders(join(context.stateDirectory, 'sites'));
  return allRecorded(names, (name) => recordedMirror(context, name));
}

/** Null before the first publication. @throws CliError when the file cannot be read as a status */
export function mirrorStatus(context: CommandContext, name: string): Promise<MirrorStatus | null> {
  const path = join(context.stateDirectory, mirrorStatusFile(name));
  return readRecord(context, path, parseMirrorStatus, 'status of a mirror');
}

/** The kept revision that begins with the digits. @throws CliError (exit 2) when none does, or several do */
export function revisionOf(name: string, status: MirrorStatus | null, digits: readonly string[]): string {
  const [wanted = '', ...more] = digits;
  const kept = (status?.kept ?? []).map(({ revision }) => revision);
  const found = kept.filter((revision) => wanted !== '' && revision.startsWith(wanted));
  const [revision] = found;
  if (revision !== undefined && found.length === 1 && more.length === 0) return revision;
  const what = found.length > 1 ? 'Several kept revisions begin' : 'No kept revision begins';
  throw new CliError(
    'usage',
    more.length > 0 ? 'Name one revision' : `${what} with ${JSON.stringify(wanted)}`,
    {
      details: kept.map((each) => `kept: ${each.slice(0, 16)}`),
      next: `holdfast mirrors status ${name}`,
    },
  );
}

async function readRecord<T>(
  { io }: CommandContext,
  path: string,
  parse: (raw: unknown) => Parsed<T>,
  what: string,
): Promise<T | null> {
  const text = await io.readText(path).catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CliError('failed', `${path} cannot be read`, { details: [`cause: ${cause}`] });
  });
  if (text === null) return null;
  const parsed = parse(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw new CliError('failed', `${path} cannot be read as the ${what}`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: `mv ${path} ${path}.damaged; then install or refresh the mirror again`,
  });
}

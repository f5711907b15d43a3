// SPDX-License-Identifier: Apache-2.0
// Drills of an authority by their records: which one is open, and how long one took. Writes none.
import { join } from 'node:path';
import { parseDrillResult } from '../../workflows/contracts/authority/drill.schema.ts';
import {
  drillFiles,
  drillFolder,
  drillsFolder,
  type DrillResult,
} from '../../workflows/contracts/authority/drill.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

/** The generation whose drill began and has no result; null for none. @throws CliError when a record cannot be read */
export async function openDrill(context: CommandContext, authority: string): Promise<number | null> {
  const { io, stateDirectory } = context;
  const names = await io.listFolders(join(stateDirectory, drillsFolder(authority)));
  for (const generation of names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => b - a)) {
    const begun = join(stateDirectory, drillFolder({ authority, generation }), drillFiles.beginning);
    if ((await io.readText(begun)) === null) continue;
    if ((await drillResult(context, authority, generation)) === null) return generation;
  }
  return null;
}

/** Null before its end. @throws CliError when the record cannot be read */
export async function drillResult(
  { io, stateDirectory }: CommandContext,
  authority: string,
  generation: number,
): Promise<DrillResult | null> {
  const path = join(stateDirectory, drillFolder({ authority, generation }), drillFiles.result);
  const text = await io.readText(path);
  if (text === null) return null;
  const parsed = parseDrillResult(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw new CliError('failed', `The record ${path} cannot be read`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: 'holdfast restore FILE',
  });
}

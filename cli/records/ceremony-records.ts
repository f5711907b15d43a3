// SPDX-License-Identifier: Apache-2.0
// How far each ceremony of an authority came, by its records. Judges no signature: the ceremony itself did.
import { join } from 'node:path';
import { authorityFolder } from '../../workflows/contracts/authority/authority-spec.ts';
import {
  ceremonyFiles,
  ceremonyFolder,
  sealFile,
  type Ceremony,
  type Seal,
  type Verification,
} from '../../workflows/contracts/authority/ceremony.ts';
import {
  parseCeremony,
  parseSeal,
  parseVerification,
} from '../../workflows/contracts/authority/ceremony.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { Parsed } from '../../workflows/contracts/run/parse.schema.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

export interface CeremonyStatus {
  readonly generation: number;
  readonly ceremony: Ceremony;
  /** Null before the chain was judged. */
  readonly verification: Verification | null;
  /** Null before the records were sealed. */
  readonly seal: Seal | null;
  readonly folder: string;
}

/** Of all generations, oldest first. @throws CliError when a record cannot be read */
export async function ceremoniesOf(context: CommandContext, authority: string): Promise<CeremonyStatus[]> {
  const { io, stateDirectory } = context;
  const names = await io.listFolders(join(stateDirectory, authorityFolder(authority), 'ceremonies'));
  const generations = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const all: CeremonyStatus[] = [];
  for (const generation of generations.sort((a, b) => a - b)) {
    const folder = join(stateDirectory, ceremonyFolder(authority, generation));
    const ceremony = await read(context, join(folder, ceremonyFiles.ceremony), parseCeremony);
    // A folder whose first record was never written holds no ceremony.
    if (ceremony === null) continue;
    all.push({
      generation,
      ceremony,
      verification: await read(context, join(folder, ceremonyFiles.verification), parseVerification),
      seal: await read(context, join(folder, sealFile), parseSeal),
      folder,
    });
  }
  return all;
}

async function read<T>(
  { io }: CommandContext,
  path: string,
  parse: (raw: unknown) => Parsed<T>,
): Promise<T | null> {
  const text = await io.readText(path);
  if (text === null) return null;
  const parsed = parse(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw new CliError('failed', `The record ${path} cannot be read`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: 'holdfast restore FILE',
  });
}

// SPDX-License-Identifier: Apache-2.0
// The dumps of a box as they lie in the state directory. Takes none.
// Touches: state directory (reads)
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DumpManifest } from '../../workflows/contracts/dump.ts';
import { readJson } from '../clients/local-files.ts';

/** Beside the boxes, not in one: a destroyed box leaves its dumps to `holdfast prune`. */
export const dumpsDirectory = (stateDirectory: string, box: string): string =>
  join(stateDirectory, 'dumps', box);

/** Whole dumps, the newest first. */
export async function dumpsOf(stateDirectory: string, box: string): Promise<DumpManifest[]> {
  const directory = dumpsDirectory(stateDirectory, box);
  const ids = await readdir(directory).catch((): string[] => []);
  const found = await Promise.all(ids.map((id) => readJson(join(directory, id, 'manifest.json'))));
  const manifests = found.filter((each): each is DumpManifest => each !== null);
  return manifests.sort((one, other) => other.takenAt.localeCompare(one.takenAt));
}

/** SHA-256 of a file, hex; reads it piece by piece. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

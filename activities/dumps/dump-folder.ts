// SPDX-License-Identifier: Apache-2.0
// The dumps of a box as they lie in the state directory. Takes none.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DumpManifest } from '../../workflows/contracts/box/dump.ts';
import { parseObject, readDerived } from '../clients/state/records.ts';
import { namesIn } from '../clients/state/local-files.ts';

/** Beside the boxes, not in one: a destroyed box leaves its dumps to `holdfast prune`. */
export const dumpsDirectory = (stateDirectory: string, box: string): string =>
  join(stateDirectory, 'dumps', box);

/** Whole dumps, the newest first. One without a manifest is not taken yet; one whose manifest is damaged is no dump to go back to. */
export async function dumpsOf(stateDirectory: string, box: string): Promise<DumpManifest[]> {
  const directory = dumpsDirectory(stateDirectory, box);
  const ids = await namesIn(directory);
  const found = await Promise.all(
    ids.map((id) => readDerived(join(directory, id, 'manifest.json'), parseManifest)),
  );
  const manifests = found.filter((each) => each !== null && each !== 'damaged');
  return manifests.sort((one, other) => other.takenAt.localeCompare(one.takenAt));
}

function parseManifest(text: string): DumpManifest {
  const { id, box, takenAt, databases } = parseObject(text);
  if (typeof id !== 'string' || typeof box !== 'string' || typeof takenAt !== 'string')
    throw new Error('it names no dump');
  if (!Array.isArray(databases)) throw new Error('it names no databases');
  return { id, box, takenAt, databases: databases as DumpManifest['databases'] };
}

/** SHA-256 of a file, hex; reads it piece by piece. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

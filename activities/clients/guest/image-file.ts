// SPDX-License-Identifier: Apache-2.0
// Where a vendor's image lies in the cache, and what is known of it. Fetches none.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../local-files.ts';
import type { GuestImage } from './guest-image.ts';

export const imageFilesFolder = (cacheDirectory: string): string => join(cacheDirectory, 'image-files');

/** Named after its bytes: whoever offers the same finds it here. */
export const imageFileDirectory = (cacheDirectory: string, digest: string): string =>
  join(imageFilesFolder(cacheDirectory), digest.replace(/^sha\d+:/, '').slice(0, 32));

/** Null until a fetch ended well: its last act makes the file `complete`. */
export async function fetchedImageFile(directory: string): Promise<GuestImage | null> {
  if ((await readText(join(directory, 'complete'))) === null) return null;
  const path = join(directory, 'file');
  const sha512 = (await readText(join(directory, 'sha512')))?.trim() ?? '';
  const sizeBytes = (await stat(path).catch(() => null))?.size ?? 0;
  return sizeBytes === 0 || sha512 === '' ? null : { path, sizeBytes, sha512 };
}

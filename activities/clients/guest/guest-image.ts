// SPDX-License-Identifier: Apache-2.0
// Where a guest image lies in the cache, and what is known of it. Builds none.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestImageSource } from '../../../workflows/contracts/box/guest-image.ts';
import { readText } from '../state/local-files.ts';
import { guestScriptText } from './build.ts';

export interface GuestImage {
  readonly path: string;
  readonly sizeBytes: number;
  /** Glance's own choice of digest, in hex. */
  readonly sha512: string;
}

export const guestImagesFolder = (cacheDirectory: string): string => join(cacheDirectory, 'guest-images');

/** Named after all that decides on the bytes: scripts, release, sources. */
export function guestImageDirectory(cacheDirectory: string, { suite, sources }: GuestImageSource): string {
  const recipe = JSON.stringify([guestScriptText, suite, sources]);
  const name = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  return join(guestImagesFolder(cacheDirectory), name);
}

/** Null until a build ended well. */
export const builtGuestImage = (directory: string): Promise<GuestImage | null> =>
  wholeImage(directory, 'disk.qcow2');

/** Null until what makes it ended well: its last act makes the file `complete`. */
export async function wholeImage(directory: string, file: string): Promise<GuestImage | null> {
  if ((await readText(join(directory, 'complete'))) === null) return null;
  const path = join(directory, file);
  const sha512 = (await readText(join(directory, 'sha512')))?.trim() ?? '';
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  return sizeBytes === 0 || sha512 === '' ? null : { path, sizeBytes, sha512 };
}

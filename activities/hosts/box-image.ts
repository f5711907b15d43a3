// SPDX-License-Identifier: Apache-2.0
// Reads the image of a box and the release of that image. Builds none.
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { readRecord } from '../clients/state/records.ts';
import { boxDirectory } from './places.ts';

/** Folder of a cache that holds images, each named by its recipe and, behind a point, its number. */
export const imagesFolder = 'root-file-systems';

/**
 * The image of a box, as recorded when its root was prepared; null before that.
 * @throws Failure Rejected when the record cannot be read, or does not name an image of a cache
 */
export function recordedImage(box: string): Promise<string | null> {
  return readRecord(join(boxDirectory(box), 'image'), {
    what: `image record of box ${box}`,
    parse: parseImagePath,
    next: `find the image below ${imagesFolder}/ of the cache and write its path there, or: holdfast box destroy ${box}`,
  });
}

/** The path is read as a root file system and built anew when it is gone: only an image of a cache may be that. */
function parseImagePath(text: string): string {
  const path = text.trim();
  const isPlain = isAbsolute(path) && normalize(path) === path;
  if (isPlain && new RegExp(`/${imagesFolder}/[0-9a-f]{16}(\\.[1-9][0-9]*)?$`).test(path)) return path;
  throw new Error(`${JSON.stringify(path.slice(0, 200))} is not the path of an image`);
}

/** Debian's name of the release of a whole image. @throws Error when it cannot be read */
export async function suiteOf(image: string): Promise<string> {
  const release = await readFile(join(image, 'root', 'etc/os-release'), 'utf8');
  return /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1] ?? 'unknown';
}

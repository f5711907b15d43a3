// SPDX-License-Identifier: Apache-2.0
// Reads which image a box stands on, and of which release that is. Builds none.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxDirectory } from './places.ts';

/** The image a box stands on, as recorded when its root was prepared; null before that. */
export async function recordedImage(box: string): Promise<string | null> {
  const text = await readFile(join(boxDirectory(box), 'image'), 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}

/** Debian's name of the release of a whole image. @throws Error when it cannot be read */
export async function suiteOf(image: string): Promise<string> {
  const release = await readFile(join(image, 'root', 'etc/os-release'), 'utf8');
  return /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1] ?? 'unknown';
}

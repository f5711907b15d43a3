// SPDX-License-Identifier: Apache-2.0
// Where a vendor's image lies in the cache, and what is known of it. Fetches none.
import { join } from 'node:path';
import { wholeImage, type GuestImage } from './guest-image.ts';

export const imageFilesFolder = (cacheDirectory: string): string => join(cacheDirectory, 'image-files');

/** Named after its bytes: the same image is stored once. */
export const imageFileDirectory = (cacheDirectory: string, digest: string): string =>
  join(imageFilesFolder(cacheDirectory), digest.replace(/^sha\d+:/, '').slice(0, 32));

/** Null until a fetch ended well. */
export const fetchedImageFile = (directory: string): Promise<GuestImage | null> =>
  wholeImage(directory, 'file');

// SPDX-License-Identifier: Apache-2.0
// Files of a medium that somebody else wrote: read only when they are plain files of a size that was expected. Trusts no name.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Opens a plain file without following a link at its end. @throws Error with the reason when it is not a plain file; ENOENT when it is absent */
export async function openPlain(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  // A pipe would be waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? new Error(`${path} is a link, which is not followed`) : error;
  });
  const found = await file.stat();
  if (found.isFile()) return { file, size: found.size };
  await file.close();
  throw new Error(`${path} is not a plain file`);
}

/** All of a small file; null: it is absent. @throws Error for a link, for what is no file, and for more bytes */
export async function readPlain(path: string, bytesMax: number): Promise<Buffer | null> {
  const opened = await openPlain(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (opened === null) return null;
  const { file, size } = opened;
  try {
    if (size > bytesMax) throw new Error(`${path} has ${size} bytes, at most ${bytesMax} are read`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    if (bytesRead !== size) throw new Error(`${path} ends after ${bytesRead} of ${size} bytes`);
    return bytes;
  } finally {
    await file.close();
  }
}

/** Size of a plain file; null: it is absent, a link, or no file. */
export async function plainSize(path: string): Promise<number | null> {
  const opened = await openPlain(path).catch(() => null);
  if (opened === null) return null;
  await opened.file.close();
  return opened.size;
}

/** The first fault of a read in words, without a stack. */
export const faultText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

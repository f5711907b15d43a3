// SPDX-License-Identifier: Apache-2.0
// Reads and atomically writes small files of this machine. Knows none of them.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unfinishedFile } from './unfinished-file.ts';

/** Null when the file is absent. */
export async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

/** Names of what a folder holds; none when it is absent, and only then. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Whole or not at all, and only when it differs; new directories are 0700. Returns whether it wrote. */
export async function writeFileAtomically(path: string, content: string, mode: number): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if ((await readText(path)) === content && (await modeOf(path)) === mode) return false;
  await writeBytesAtomically(path, content, mode);
  return true;
}

/** As writeFileAtomically; written always, into a directory that is there, and readable through any umask. */
export async function writeBytesAtomically(
  path: string,
  bytes: Uint8Array | string,
  mode: number,
): Promise<void> {
  const temporary = await unfinishedFile(path);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.chmod(mode);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** The permission bits, or null for an absent file. */
export async function modeOf(path: string): Promise<number | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    return (await file.stat()).mode & 0o777;
  } finally {
    await file.close();
  }
}

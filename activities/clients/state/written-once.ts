// SPDX-License-Identifier: Apache-2.0
// Files that are written once and never changed: of two writers the first one's bytes stay. Knows none of them.
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.ts';
import { unfinishedFile } from './unfinished-file.ts';

/** Null when the file is absent. @throws Failure Rejected when it cannot be read */
export async function readBytes(path: string): Promise<Buffer | null> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new Failure('Rejected', `${path} cannot be read`, { on: path, cause });
  });
}

/**
 * Writes the file unless there is one, and returns what is there from now on. On disk before it returns, also after a power
 * cut. New folders are their owner's alone.
 */
export async function writeOnce(path: string, bytes: Uint8Array | string): Promise<Buffer> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = await unfinishedFile(path);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    // A link fails where there is a file; a rename would replace it.
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  return readFile(path);
}

/** The same for a file whose bytes are decided: others are refused. @throws Failure Conflict when others were written first */
export async function writeOnceExactly(path: string, bytes: Uint8Array | string): Promise<void> {
  const there = await writeOnce(path, bytes);
  if (there.equals(Buffer.from(bytes))) return;
  throw new Failure('Conflict', `${path} was written before, with another content`, {
    on: path,
    hint: 'It is never replaced: see who wrote it; a new ceremony needs a new generation',
  });
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

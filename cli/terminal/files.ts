// SPDX-License-Identifier: Apache-2.0
// Files as the command line reads and writes them. Knows no process.
import { randomUUID } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return null;
    // Of a folder the system does not say which.
    throw Object.assign(error as Error, { path });
  }
}

export async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** As Io.writePrivate; for tests that record what the command line records. What is there already is left alone. */
export async function writePrivate(path: string, text: string): Promise<void> {
  if (await isPrivateWith(path, text)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    // Without this a power cut after the rename can leave an empty file.
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** By another than this user and root. The folder above counts too: who may write there can lay another file in its place. */
export async function isWritableByOthers(path: string, userId: number): Promise<boolean> {
  for (const each of [path, dirname(path)]) {
    const { uid, mode } = await stat(each).catch((error: unknown) => {
      if (isAbsence(error)) return { uid: 0, mode: 0 };
      throw error;
    });
    const isOurs = uid === 0 || uid === userId;
    if (!isOurs || (mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0) return true;
  }
  return false;
}

export const listFolders = (path: string): Promise<string[]> =>
  listEntries(path, (entry) => entry.isDirectory());

export const listFiles = (path: string): Promise<string[]> => listEntries(path, (entry) => entry.isFile());

async function listEntries(path: string, isListed: (entry: Dirent) => boolean): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter(isListed)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A file of mode 0600 with this very text, and no link to one. */
async function isPrivateWith(path: string, text: string): Promise<boolean> {
  try {
    const { mode } = await lstat(path);
    return mode === (constants.S_IFREG | 0o600) && (await readFile(path, 'utf8')) === text;
  } catch {
    return false;
  }
}

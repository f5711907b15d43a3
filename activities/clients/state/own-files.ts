// SPDX-License-Identifier: Apache-2.0
// Reads a file of the state directory that only its owner can have written, and says what is wrong with it.
import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';

export type OwnFile =
  | { readonly kind: 'read'; readonly text: string; readonly value: unknown }
  /** `why` is a sentence that names the path; `absent` alone may be no fault. */
  | { readonly kind: 'absent' | 'foreign' | 'unreadable' | 'malformed'; readonly why: string };

/** A JSON file at a path below the state directory. Never throws. */
export async function readOwnJson(stateDirectory: string, name: string): Promise<OwnFile> {
  const path = join(stateDirectory, name);
  const userId = userInfo().uid;
  let file: FileHandle | undefined;
  try {
    // A link could lead to a file of somebody else.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const folders = foldersTo(stateDirectory, path);
    const entries = [
      { path, ...owned(await file.stat()) },
      ...(await Promise.all(
        folders.map(async (folder) => ({ path: folder, ...owned(await lstat(folder)) })),
      )),
    ];
    const foreign = entries.find(({ uid, mode }) => uid !== userId || (mode & 0o022) !== 0);
    if (foreign !== undefined) return { kind: 'foreign', why: foreignText(foreign, userId) };
    return parsed(path, await file.readFile('utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', why: `There is no file ${path}` };
    if (code === 'ELOOP') return { kind: 'foreign', why: `${path} is a link, which is not followed` };
    return { kind: 'unreadable', why: `${path} cannot be read: ${message}` };
  } finally {
    await file?.close();
  }
}

function parsed(path: string, text: string): OwnFile {
  try {
    return { kind: 'read', text, value: JSON.parse(text) as unknown };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { kind: 'malformed', why: `${path} is not JSON: ${cause}` };
  }
}

/** The state directory and every folder on the way from it. */
function foldersTo(stateDirectory: string, path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (relative(stateDirectory, folder) === '') return folders;
  }
}

const owned = ({ uid, mode }: { readonly uid: number; readonly mode: number }) => ({ uid, mode });

function foreignText(entry: { readonly path: string; readonly uid: number }, userId: number): string {
  return entry.uid === userId
    ? `Others than its owner can write ${entry.path}; nothing in it is used`
    : `${entry.path} belongs to user ${entry.uid}, not to user ${userId}; nothing in it is used`;
}

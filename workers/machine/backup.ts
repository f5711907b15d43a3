// SPDX-License-Identifier: Apache-2.0
// Writes the secrets, authorities and records of a state directory into one encrypted file, and reads it back. Stops nothing.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Failure } from '../../activities/clients/failure.ts';
import {
  boxesIn,
  decrypted,
  encrypted,
  passphraseOf,
  savedFolders,
  type BackupDocument,
} from './backup-document.ts';
import { requireNew, writeNew } from './new-file.ts';

export interface BackupResult {
  readonly path: string;
  readonly boxes: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** @throws Failure when there is nothing to save or the file is there already */
export async function backUp(stateDirectory: string, path: string, stdin: string): Promise<BackupResult> {
  const passphrase = passphraseOf(stdin);
  const document = await documentOf(stateDirectory);
  if (document.files.length === 0) {
    throw new Failure(
      'PreconditionFailed',
      `${stateDirectory} holds no secret and no box; no backup was written`,
      { on: stateDirectory, hint: 'Name the state directory in HOLDFAST_STATE, or install a box first' },
    );
  }
  // Known before the seconds that a passphrase takes.
  await requireNew(path, 'backup');
  const bytes = await encrypted(document, passphrase);
  // A backup that cannot be read is noticed now, not on the day it is needed.
  const again = await decrypted(bytes, passphrase, path);
  if (JSON.stringify(again) !== JSON.stringify(document)) throw new Error(`${path} reads back differently`);
  await writeNew(path, bytes, 'backup');
  return { path, boxes: boxesIn(document), files: document.files.length, bytes: bytes.length };
}

async function documentOf(stateDirectory: string): Promise<BackupDocument> {
  const paths = (
    await Promise.all(savedFolders.map((folder) => filesBelow(join(stateDirectory, folder))))
  ).flat();
  const files = await Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(stateDirectory, path),
      mode: (await stat(path)).mode & 0o777,
      content: (await readFile(path)).toString('base64'),
    })),
  );
  return { format: 'holdfast-backup/1', createdAt: new Date().toISOString(), stateDirectory, files };
}

/** Whole files only: one that is being written has another name until it is done. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
    .map((entry) => join(entry.parentPath, entry.name));
}

// SPDX-License-Identifier: Apache-2.0
// Writes the secrets, authorities and records of a state directory into one encrypted file, and reads it back. Stops nothing.
import { randomUUID } from 'node:crypto';
import { access, link, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import {
  boxesIn,
  decrypted,
  encrypted,
  passphraseOf,
  savedFolders,
  type BackupDocument,
} from './backup-document.ts';

export interface BackupResult {
  readonly path: string;
  readonly boxes: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** @throws EmbeddedError when there is nothing to save or the file is there already */
export async function backUp(stateDirectory: string, path: string, stdin: string): Promise<BackupResult> {
  const passphrase = passphraseOf(stdin);
  const document = await documentOf(stateDirectory);
  if (document.files.length === 0) {
    throw new EmbeddedError(
      'PreconditionFailed',
      `${stateDirectory} holds no secret and no box; no backup was written`,
      'Name the state directory in HOLDFAST_STATE, or install a box first',
    );
  }
  // Known before the seconds that a passphrase takes; who comes between is noticed where the file is written.
  await access(path).then(
    () => Promise.reject(isThere(path)),
    () => undefined,
  );
  const bytes = await encrypted(document, passphrase);
  // A backup that cannot be read is noticed now, not on the day it is needed.
  const again = await decrypted(bytes, passphrase, path);
  if (JSON.stringify(again) !== JSON.stringify(document)) throw new Error(`${path} reads back differently`);
  await writeNew(path, bytes);
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

/** Whole or not at all, 0600, and never over another file. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(path, cause);
    throw new EmbeddedError(
      'PreconditionFailed',
      `${path} cannot be written`,
      'Name a file in a folder that is there and has room',
      { cause },
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

function isThere(path: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'Conflict',
    `${path} is there already; no backup was written`,
    'Name another file, one for each backup',
    { cause },
  );
}

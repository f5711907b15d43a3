// SPDX-License-Identifier: Apache-2.0
// Puts the files of a backup into a state directory, whole or not at all. Touches no box: the next install adopts those.
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../activities/clients/failure.ts';
import { withExclusiveLock } from '../embedded/exclusive-lock.ts';
import type { Emit } from '../embedded/supervise-events.ts';
import { ensureStateDirectory, type SuperviseSettings } from '../embedded/supervise-settings.ts';
import { stopWorker } from '../embedded/worker-process.ts';
import { boxesIn, decrypted, passphraseOf, savedFolders, type BackupDocument } from './backup-document.ts';

export interface RestoreOptions {
  readonly settings: SuperviseSettings;
  readonly userId: number;
  readonly emit: Emit;
  readonly path: string;
  readonly passphrase: string;
  /** What is there already is moved aside, never removed. */
  readonly replace: boolean;
}

export interface RestoreResult {
  readonly boxes: readonly string[];
  readonly files: number;
  readonly createdAt: string;
  /** Where what was there before lies now. */
  readonly movedTo?: string;
}

/** Longest wait for an `up` or `down` that is under way, in seconds. */
const lockWaitSeconds = 60;

/** @throws Failure when the file does not open, or the state holds something and `replace` is not asked for */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const { settings, userId, emit, path, replace } = options;
  const { stateDirectory } = settings;
  const passphrase = passphraseOf(options.passphrase);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Failure('PreconditionFailed', `${path} cannot be read`, {
      on: path,
      hint: 'Name the file of a backup',
      cause,
    });
  });
  // Known before the seconds that a passphrase takes, and asked again under the lock.
  const isAllowed = async (): Promise<void> => {
    if (replace || (await isCutOff(stateDirectory, bytes))) return;
    await requireEmpty(stateDirectory);
  };
  await isAllowed();
  const document = await decrypted(bytes, passphrase, path);
  await ensureStateDirectory(stateDirectory, userId);
  const lock = {
    path: join(stateDirectory, 'run', 'supervise.lock'),
    purpose: 'restoring a backup',
    waitSeconds: lockWaitSeconds,
    progress: (text: string) => emit({ type: 'progress', text }),
  };
  return withExclusiveLock(lock, async () => {
    await isAllowed();
    const present = await filledFolders(stateDirectory);
    // It keeps the store's identity in memory, and would go on with the old one.
    await stopWorker(stateDirectory, emit);
    const fresh = await unpacked(stateDirectory, document);
    await writeFile(markPath(stateDirectory), digestOf(bytes), { mode: 0o600 });
    const movedTo = present.length === 0 ? undefined : await movedAside(stateDirectory, present);
    for (const folder of savedFolders) {
      await rm(join(stateDirectory, folder), { recursive: true, force: true });
      await rename(join(fresh, folder), join(stateDirectory, folder));
    }
    await rm(fresh, { recursive: true });
    await rm(markPath(stateDirectory));
    const { createdAt, files } = document;
    const result = { boxes: boxesIn(document), files: files.length, createdAt };
    return { ...result, ...(movedTo !== undefined && { movedTo }) };
  });
}

/** There from the first change of a restore to its last: names the backup by its digest. */
const markPath = (stateDirectory: string): string => join(stateDirectory, 'run', 'restoring');

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** True when a restore of this very backup was cut off: what it left is moved aside, and it begins anew. */
async function isCutOff(stateDirectory: string, bytes: Uint8Array): Promise<boolean> {
  const mark = await readFile(markPath(stateDirectory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return mark === digestOf(bytes);
}

/** Whatever they hold: it is moved aside. */
const filledFolders = (stateDirectory: string): Promise<string[]> => foldersWith(stateDirectory, () => true);

/** What somebody wanted is no record of what is: an install that was refused, for it lacks this backup, leaves its spec. */
const recordedFolders = (stateDirectory: string): Promise<string[]> =>
  foldersWith(stateDirectory, (entry) => !entry.isDirectory() && basename(entry.parentPath) !== 'wanted');

/** @throws Error for a folder that cannot be read: nobody knows whether it is empty */
async function foldersWith(stateDirectory: string, counts: (entry: Dirent) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const folder of savedFolders) {
    const path = join(stateDirectory, folder);
    const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    if (entries.some(counts)) found.push(folder);
  }
  return found;
}

async function requireEmpty(stateDirectory: string): Promise<void> {
  const present = await recordedFolders(stateDirectory);
  if (present.length === 0) return;
  throw new Failure(
    'PreconditionFailed',
    `${stateDirectory} is not empty: it holds ${present.join(' and ')}; nothing was changed`,
    {
      on: stateDirectory,
      hint: 'Name an empty one in HOLDFAST_STATE, or move what is there aside with --replace',
    },
  );
}

/** On the same file system, so that the folders can be moved into place at once. */
async function unpacked(stateDirectory: string, { files }: BackupDocument): Promise<string> {
  const fresh = await mkdtemp(join(stateDirectory, 'restore-'));
  for (const folder of savedFolders) await mkdir(join(fresh, folder), { mode: 0o700 });
  for (const { path, mode, content } of files) {
    const target = join(fresh, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, Buffer.from(content, 'base64'), { mode, flag: 'wx' });
  }
  return fresh;
}

async function movedAside(stateDirectory: string, folders: readonly string[]): Promise<string> {
  const aside = join(stateDirectory, `replaced-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`);
  await mkdir(aside, { mode: 0o700 });
  for (const folder of folders) await rename(join(stateDirectory, folder), join(aside, folder));
  return aside;
}

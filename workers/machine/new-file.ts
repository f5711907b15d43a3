// SPDX-License-Identifier: Apache-2.0
// Writes a file that must not be there yet: whole or not at all, for its owner alone.
import { randomUUID } from 'node:crypto';
import { access, link, open, rm } from 'node:fs/promises';
import { Failure } from '../../activities/clients/failure.ts';

/** Before work that takes long; one that comes between is noticed where the file is written. `what`: `backup`. @throws Failure */
export async function requireNew(path: string, what: string): Promise<void> {
  await access(path).then(
    () => Promise.reject(isThere(path, what)),
    () => undefined,
  );
}

/** 0600, and never over another file. @throws Failure */
export async function writeNew(path: string, bytes: Uint8Array, what: string): Promise<void> {
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
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(path, what, cause);
    throw new Failure('PreconditionFailed', `${path} cannot be written`, {
      on: path,
      hint: 'Name a file in a folder that is there and has room',
      cause,
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

function isThere(path: string, what: string, cause?: unknown): Failure {
  return new Failure('Conflict', `${path} is there already; no ${what} was written`, {
    on: path,
    hint: `Name another file, one for each ${what}`,
    cause,
  });
}

// SPDX-License-Identifier: Apache-2.0
// Reads and writes small JSON records atomically. Knows nothing of what they mean.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { Failure } from '../../activities/clients/failure.ts';

/** Returns the parsed record, or undefined when there is no such file.
 * @throws Failure `Invariant` when the file is not what the schema says */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Failure('Invariant', `${path} is not readable as a record`, {
      on: path,
      hint: `Look at ${path}; if it is damaged, remove it`,
      cause: error,
    });
  }
}

/** Writes a record so that a reader sees the old one or the new one, never a part; mode 0600, folder 0700.
 * @idempotent the same record gives the same file */
export async function writeJsonFile(path: string, record: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(record)}\n`);
      // Without this a power cut after the rename can leave an empty record.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

// SPDX-License-Identifier: Apache-2.0
// A file in the cache to which a campaign appends one line per round, so that it is known afterwards and can go on.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../system/cache-directory.ts';

export interface Ledger {
  append(line: object): Promise<void>;
  /** Of the last line; undefined for a new ledger. */
  lastSeed(): Promise<number | undefined>;
}

export async function openLedger(name: string): Promise<Ledger> {
  const folder = join(cacheDirectory(), 'campaigns');
  const path = join(folder, `${name}.ndjson`);
  await mkdir(folder, { recursive: true });
  const commit = (await execa('git', ['rev-parse', '--short', 'HEAD'])).stdout;
  return {
    append: (line) => appendFile(path, `${JSON.stringify({ ...line, commit })}\n`),
    lastSeed: async () => {
      const last = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n').at(-1) ?? '';
      return last === '' ? undefined : (JSON.parse(last) as { seed: number }).seed;
    },
  };
}

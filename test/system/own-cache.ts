// SPDX-License-Identifier: Apache-2.0
// A cache of links to parts of the shared one, for tests that build or break what others stand on.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from './cache-directory.ts';

export type CachePart = 'root-file-systems' | 'debian-packages' | 'temporal';

/** The caller removes it. */
export async function ownCache(parts: readonly CachePart[]): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), 'holdfast-cache-'));
  for (const part of parts) {
    // A Temporal that stands on PATH is not in the cache.
    await execa('cp', ['-al', join(cacheDirectory(), part), cache], { reject: part !== 'temporal' });
  }
  return cache;
}

// SPDX-License-Identifier: Apache-2.0
// A cache of links to parts of the shared one, for tests that build or break what others stand on.
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { cacheDirectory } from './cache-directory.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the skeleton, on which most boxes of the tests lie: its folder in the cache. */
    readonly skeletonImage: string;
  }
}

export type CachePart = 'skeleton-image' | 'debian-packages' | 'temporal';

/** The caller removes it. */
export async function ownCache(parts: readonly CachePart[]): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), 'holdfast-cache-'));
  for (const part of parts) {
    const from = part === 'skeleton-image' ? inject('skeletonImage') : join(cacheDirectory(), part);
    const to = join(cache, relative(cacheDirectory(), dirname(from)));
    await mkdir(to, { recursive: true });
    // A Temporal that stands on PATH is not in the cache.
    await execa('cp', ['-al', from, to], { reject: part !== 'temporal' });
  }
  return cache;
}

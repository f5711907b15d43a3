// SPDX-License-Identifier: Apache-2.0
// Removes what runs noted that are over. What they fetched stays in the content store.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Site } from './site.ts';

/** @source a day: longer than a run that stands for a night, and what it noted is cheap to make again */
const runsKeptMilliseconds = 86_400_000;

/** Notes and pinned archives of all runs but the one at hand that are older than a day. */
export async function removeOldRuns({ data }: Site, nonce: string): Promise<void> {
  const folder = join(data, sitePaths.runs);
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (name === nonce || found === null || Date.now() - found.mtimeMs < runsKeptMilliseconds) continue;
    await rm(path, { recursive: true, force: true });
  }
}

// SPDX-License-Identifier: Apache-2.0
// Finds what no box needs any more and removes it: images, tools, jobs, what destroyed boxes left. Touches no live box.
import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import type { SuperviseSettings } from '../embedded/supervise-settings.ts';
import { sizeBytes } from './folders.ts';
import type { Leftover } from './leftover.ts';
import { oldImages, oldTools, unfinishedGuestImages, unnamedImageFiles } from './prune-cache.ts';
import { leftDumps } from './traces.ts';
import { finishedJobs, leftOfGoneBoxes } from './prune-leftovers.ts';

export interface Pruned {
  readonly path: string;
  readonly why: string;
  readonly bytes: number;
}

export interface PruneRequest {
  /** Only names what it finds. */
  readonly isPlan: boolean;
  /** Takes dumps and canary times of boxes that are gone as well. */
  readonly withDumps: boolean;
}

/** Removes what it finds, or only names it. */
export async function prune(
  { stateDirectory, cacheDirectory }: SuperviseSettings,
  { isPlan, withDumps }: PruneRequest,
): Promise<Pruned[]> {
  const groups = await Promise.all([
    oldImages(cacheDirectory),
    oldTools(cacheDirectory),
    unfinishedGuestImages(cacheDirectory),
    unnamedImageFiles(stateDirectory, cacheDirectory),
    finishedJobs(),
    leftOfGoneBoxes(stateDirectory),
    withDumps ? leftDumps(stateDirectory) : [],
  ]);
  const pruned: Pruned[] = [];
  for (const leftover of groups.flat()) {
    const { path, why } = leftover;
    const bytes = await sizeBytes(path);
    if (isPlan || (await removed(leftover))) pruned.push({ path, why, bytes });
  }
  return pruned;
}

async function removed({ path, lock }: Leftover): Promise<boolean> {
  if (lock === undefined) {
    await rm(path, { recursive: true, force: true });
    return true;
  }
  const words = ['--exclusive', '--nonblock', lock, 'rm', '-rf', '--one-file-system', path];
  const { exitCode } = await execa('flock', words, { reject: false });
  return exitCode === 0;
}

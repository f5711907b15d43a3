// SPDX-License-Identifier: Apache-2.0
// What this machine and the state directory hold of a box, and what a destroyed one leaves. Touches no live box.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { testCloudOf } from '../../workflows/contracts/canary/canary.ts';
import { boxDirectory, claimsDirectory } from '../../activities/hosts/places.ts';
import { exists, namesIn } from './folders.ts';
import type { Leftover } from './leftover.ts';

export interface Traces {
  /** True when there is something that destroying removes. */
  readonly isThere: boolean;
  /** How many dumps are kept, and where. */
  readonly dumps: number;
  /** What destroying leaves: dumps and the times of canaries. */
  readonly left: readonly string[];
}

export async function tracesOf(stateDirectory: string, box: string): Promise<Traces> {
  const places = [
    boxDirectory(box),
    join(claimsDirectory, box),
    join(claimsDirectory, `${box}.json`),
    // @source ip-netns(8): a named namespace is a file there
    join('/run/netns', `holdfast-${box}`),
    join(stateDirectory, 'boxes', box),
    join(stateDirectory, 'secrets', 'boxes', box),
  ];
  const found = await Promise.all(places.map(exists));
  const left = await leftFilesOf(stateDirectory, box);
  const dumps = await namesIn(join(stateDirectory, 'dumps', box));
  return { isThere: found.includes(true), dumps: dumps.length, left };
}

/** Removes what destroying leaves. @idempotent */
export async function forget(stateDirectory: string, box: string): Promise<readonly string[]> {
  const left = await leftFilesOf(stateDirectory, box);
  for (const path of left) await rm(path, { recursive: true, force: true });
  return left;
}

/** Dumps and canary times of boxes that are neither recorded nor on this machine. */
export async function leftDumps(stateDirectory: string): Promise<Leftover[]> {
  const canaries = await readdir(join(stateDirectory, 'canaries')).catch(() => []);
  const ofCanaries = canaries.flatMap((file) => /^(.+)-test\.(ndjson|console)$/.exec(file)?.[1] ?? []);
  const boxes = [...new Set([...(await namesIn(join(stateDirectory, 'dumps'))), ...ofCanaries])].sort();
  const all = await Promise.all(
    boxes.map(async (box) => {
      const { isThere, left } = await tracesOf(stateDirectory, box);
      return isThere ? [] : left.map((path) => ({ path, why: `left of box ${box}, which is gone` }));
    }),
  );
  return all.flat();
}

async function leftFilesOf(stateDirectory: string, box: string): Promise<string[]> {
  const cloud = testCloudOf(box);
  const paths = [
    join(stateDirectory, 'dumps', box),
    join(stateDirectory, 'canaries', `${cloud}.ndjson`),
    join(stateDirectory, 'canaries', `${cloud}.console`),
  ];
  const flags = await Promise.all(paths.map(exists));
  return paths.filter((_, index) => flags[index]);
}

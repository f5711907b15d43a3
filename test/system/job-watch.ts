// SPDX-License-Identifier: Apache-2.0
// Sees durable commands from outside the worker: which live now, and what the journals say afterwards. Starts none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaderOf } from '../../activities/hosts/local-box.ts';
import { boxDirectory, insideDirectory } from '../../activities/hosts/places.ts';

/** Steps whose change is a durable command. */
export const commandSteps = [
  'image',
  'boot',
  'postgres.cluster',
  'keystone.schema',
  'keystone.administrator',
] as const;

/** Those that only a whole cloud has. */
export const wholeCommandSteps = [
  'glance.schema',
  'placement.schema',
  'neutron.schema',
  'nova.api-schema',
  'nova.cell0',
  'nova.schema',
  'nova.cell1',
  'nova.hosts',
] as const;

/** Folders of job state of a box, on this machine and inside, as this machine can read them. */
async function jobBases(box: string): Promise<string[]> {
  const leader = await leaderOf(box);
  return [boxDirectory(box), ...(leader === null ? [] : [`/proc/${leader}/root${insideDirectory}`])];
}

/** A look that tells whether a job of the step has begun and not ended. What can no longer become one is read once. */
export function jobWatch(box: string, step: string): () => Promise<boolean> {
  const settled = new Set<string>();
  const isAlive = (folder: string): boolean => {
    const of = read(join(folder, 'step')).trim();
    const hasEnded = read(join(folder, 'exit')) !== '';
    if (of !== '' && (of !== step || hasEnded)) settled.add(folder);
    return of === step && !hasEnded && read(join(folder, 'pid')) !== '';
  };
  return async () => {
    const folders = (await jobBases(box)).flatMap((base) =>
      list(join(base, 'jobs')).map((key) => join(base, 'jobs', key)),
    );
    return folders.some((folder) => !settled.has(folder) && isAlive(folder));
  };
}

/** True while a job of the step has begun and not ended. */
export const isJobAlive = (box: string, step: string): Promise<boolean> => jobWatch(box, step)();

/** Resolves once a job of the step runs. */
export async function jobOf(box: string, step: string): Promise<void> {
  const isAlive = jobWatch(box, step);
  while (!(await isAlive())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export interface Interval {
  readonly name: string;
  readonly key: string;
  readonly begin: number;
  readonly end: number;
}

/** What each exclusive name was held for; an interval without an end ends with its host. */
export async function journalIntervals(box: string): Promise<Interval[]> {
  const intervals: Interval[] = [];
  for (const base of await jobBases(box)) {
    const open = new Map<string, Interval>();
    for (const line of read(join(base, 'journal')).split('\n').filter(Boolean)) {
      const [kind, name = '', key = '', time = '0'] = line.split(' ');
      if (kind === 'begin') open.set(`${name} ${key}`, { name, key, begin: Number(time), end: Number.NaN });
      const begun = open.get(`${name} ${key}`);
      if (kind !== 'end' || begun === undefined) continue;
      open.delete(`${name} ${key}`);
      intervals.push({ ...begun, end: Number(time) });
    }
    intervals.push(...open.values());
  }
  return intervals;
}

/** Pairs of intervals of one exclusive name that overlap; `none` names no lock. */
export function overlapsOf(intervals: readonly Interval[]): [Interval, Interval][] {
  return intervals.flatMap((one, index) =>
    intervals
      .slice(index + 1)
      .filter(
        (other) =>
          one.name !== 'none' && one.name === other.name && one.begin < other.end && other.begin < one.end,
      )
      .map((other): [Interval, Interval] => [one, other]),
  );
}

/** Empty for a folder that is gone. */
export function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for a file that is gone. */
export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

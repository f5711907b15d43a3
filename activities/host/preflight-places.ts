// SPDX-License-Identifier: Apache-2.0
// Whether boxes and images can lie where they are to lie: the path and the mount. `have` is the cause, `want` the fix. Only reads.
import { readFile } from 'node:fs/promises';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { Failure } from '../clients/failure.ts';

/** Of /proc/self/mountinfo: octal escapes for what would end a field. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

interface Mount {
  readonly point: string;
  readonly options: readonly string[];
}

/** @throws Failure PreconditionFailed when the mounts cannot be read */
export async function placeFindings(folders: readonly string[]): Promise<Difference[]> {
  const mounts = await readMounts();
  return folders.flatMap((folder) => [...pathFindings(folder), ...mountFindings(folder, mounts)]);
}

/** An overlay's options are separated by commas and its layers by colons; tools that build an image split at blanks. */
function pathFindings(folder: string): Difference[] {
  const sign = /[^A-Za-z0-9/._+@%=-]/.exec(folder)?.[0];
  if (sign === undefined) return [];
  const want = 'a path of letters, digits and / . _ + @ % = -; HOLDFAST_CACHE and HOLDFAST_STATE name others';
  return [
    { what: `no image or box can lie in ${folder}`, have: `its path has ${JSON.stringify(sign)}`, want },
  ];
}

/** Programs of an image are run where they lie, and its devices are made there. */
function mountFindings(folder: string, mounts: readonly Mount[]): Difference[] {
  const isAbove = ({ point }: Mount): boolean =>
    point === '/' || folder === point || folder.startsWith(`${point}/`);
  // The last of those mounted over each other counts.
  const mount = mounts
    .filter(isAbove)
    .reduce<Mount | null>(
      (longest, each) => (longest === null || each.point.length >= longest.point.length ? each : longest),
      null,
    );
  const wrong = ['ro', 'nodev', 'noexec'].filter((option) => mount?.options.includes(option));
  if (mount === null || wrong.length === 0) return [];
  const free = wrong.map((option) => remounted[option as keyof typeof remounted]).join(',');
  return [
    {
      what: `no image or box can lie in ${folder}`,
      have: `${mount.point} is mounted with ${wrong.join(', ')}`,
      want: `mount -o remount,${free} ${mount.point}, or name another folder in HOLDFAST_CACHE`,
    },
  ];
}

const remounted = { ro: 'rw', nodev: 'dev', noexec: 'exec' } as const;

async function readMounts(): Promise<Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch((error: unknown) => {
    throw new Failure('PreconditionFailed', 'The mounts of this machine cannot be read', {
      on: '/proc/self/mountinfo',
      cause: error,
    });
  });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, , , , point = '', options = ''] = line.split(' ');
      return { point: unescaped(point), options: options.split(',') };
    });
}

// SPDX-License-Identifier: Apache-2.0
// What finished work and destroyed boxes left on this machine and in the state directory. Removes nothing.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { leaseHold } from '../../activities/hosts/lease.ts';
import { boxDirectory, machineDirectory } from '../../activities/hosts/places.ts';
import { mirrorSpecFile } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { exists, namesIn } from './folders.ts';
import type { Leftover } from './leftover.ts';

/** @source a day: whoever looks into a failed command's log does so the same day; evidence of it is in the history */
const jobHours = 24;
/** @source a month: whoever misses something after a restore with --replace notices by then */
const replacedDays = 30;
/** @source a month: the lease of a destroyed box keeps its last epoch until no run can sleep so long */
const leaseDays = 30;

/** Of commands on this machine; those inside a box age out there. */
export async function finishedJobs(): Promise<Leftover[]> {
  const boxes = await namesIn(join(machineDirectory, 'boxes'));
  const jobs = await Promise.all(
    boxes.map(async (box) => {
      const folder = join(boxDirectory(box), 'jobs');
      return (await namesIn(folder)).map((key) => ({ path: join(folder, key), box, key }));
    }),
  );
  const old = await Promise.all(
    jobs.flat().map(async ({ path, box, key }) => {
      const isOld = await isOlder(join(path, 'exit'), jobHours);
      return isOld ? [{ path, why: `finished job ${key} of box ${box}` }] : [];
    }),
  );
  return old.flat();
}

export async function leftOfGoneBoxes(stateDirectory: string): Promise<Leftover[]> {
  const leases = await namesIn(join(machineDirectory, 'leases'));
  const oldLeases = await filtered(leases, (box) =>
    isOlder(join(machineDirectory, 'leases', box, 'lease.json'), leaseDays * 24),
  );
  const records = await namesIn(join(stateDirectory, 'boxes'));
  const secrets = await namesIn(join(stateDirectory, 'secrets', 'boxes'));
  const gone = await Promise.all(
    [...new Set([...leases, ...records, ...secrets])].map(async (box) => {
      const isThere = await exists(boxDirectory(box));
      const isRecorded =
        (await exists(join(stateDirectory, 'boxes', box, 'spec.json'))) ||
        (await exists(join(stateDirectory, mirrorSpecFile(box))));
      // Of a lease that cannot be read nobody knows whose it is.
      const isFree = await leaseHold(box).then(
        ({ state }) => state === 'free',
        () => false,
      );
      return { box, isGone: !isThere && isFree, isForgotten: !isThere && isFree && !isRecorded };
    }),
  );
  const left = (names: readonly string[], box: string, path: string, what: string): Leftover[] =>
    names.includes(box) ? [{ path, why: `${what} of box ${box}, which is gone` }] : [];
  return [
    ...gone.flatMap(({ box, isGone }) =>
      isGone ? left(oldLeases, box, join(machineDirectory, 'leases', box), 'lease') : [],
    ),
    ...gone.flatMap(({ box, isForgotten }) =>
      isForgotten
        ? [
            ...left(records, box, join(stateDirectory, 'boxes', box), 'record'),
            ...left(secrets, box, join(stateDirectory, 'secrets', 'boxes', box), 'secrets'),
          ]
        : [],
    ),
    ...(await oldAsides(stateDirectory)),
  ];
}

/** What a restore moved aside, and what one that was cut off unpacked. */
async function oldAsides(stateDirectory: string): Promise<Leftover[]> {
  const names = (await namesIn(stateDirectory)).filter((name) => /^(replaced|restore)-/.test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const path = join(stateDirectory, name);
      const hours = name.startsWith('replaced-') ? replacedDays * 24 : 1;
      return (await isOlder(path, hours)) ? [{ path, why: 'left by a restore' }] : [];
    }),
  );
  return all.flat();
}

async function filtered(names: readonly string[], holds: (name: string) => Promise<boolean>) {
  const flags = await Promise.all(names.map(holds));
  return names.filter((_, index) => flags[index]);
}

async function isOlder(path: string, hours: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > hours * 3_600_000;
}

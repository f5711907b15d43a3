// SPDX-License-Identifier: Apache-2.0
// Where holdfast keeps things on a host. The same for every state directory, so that two of them see one lease.
import { join } from 'node:path';

/** On the machine that holds boxes: leases, boxes, locks. Not under any state directory. */
export const machineDirectory = '/var/lib/holdfast-host';

/** Which networks and addresses of this machine belong to which box: one file a box. */
export const claimsDirectory = join(machineDirectory, 'claims');

/** Inside a host that is managed: jobs, fences, journal. */
export const insideDirectory = '/var/lib/holdfast';

/** Where a box sees its own lease, read-only. */
export const leaseInside = '/var/lib/holdfast-lease';

export function boxDirectory(box: string): string {
  return join(machineDirectory, 'boxes', box);
}

/** Of a box that has one: written by this machine, seen by the box at `dataInside`. */
export function dataDirectory(box: string): string {
  return join(boxDirectory(box), 'data');
}

/** Of a box by its name, or of another target. It outlives the box: it keeps the last epoch, until `prune` a month later. */
export function leaseDirectory(target: string): string {
  return join(machineDirectory, 'leases', target);
}

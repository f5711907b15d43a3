// SPDX-License-Identifier: Apache-2.0
// Lets time pass for a lease without waiting: moves its holder's last sign of life into the past.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leaseDirectory } from '../../activities/hosts/places.ts';
import type { Pulse } from '../../activities/hosts/pulse.ts';

interface Record {
  renewedAt: number;
  pulse: Pulse;
}

/** Rewrites the record of a lease as a test wants it. */
export async function editLease(target: string, edit: (lease: Record) => object): Promise<void> {
  const path = join(leaseDirectory(target), 'lease.json');
  const lease = JSON.parse(await readFile(path, 'utf8')) as Record;
  await writeFile(path, JSON.stringify(edit(lease)));
}

export function ageLease(target: string, seconds: number): Promise<void> {
  return editLease(target, (lease) => ({
    ...lease,
    pulse: { ...lease.pulse, upSeconds: lease.pulse.upSeconds - seconds },
  }));
}

/** Its process ended, and the pid may have been given again. */
export function killHolder(target: string): Promise<void> {
  return editLease(target, (lease) => ({ ...lease, pulse: { ...lease.pulse, startTime: '1' } }));
}

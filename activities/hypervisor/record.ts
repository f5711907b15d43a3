// SPDX-License-Identifier: Apache-2.0
// The record of what a guest was seen to run on: `<box folder>/hypervisor`, on the machine that holds the box. Proves nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenHypervisor } from '../../workflows/ports/hypervisor.ts';
import { boxDirectory } from '../hosts/places.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';

export interface HypervisorRecord {
  readonly kind: ProvenHypervisor;
  /** Of the machine when it was proven: another kernel is another proof. */
  readonly bootId: string;
}

const pathOf = (box: string): string => join(boxDirectory(box), 'hypervisor');

/** This machine's, since it was started. */
export const presentBootId = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** Null before the first proof. */
export async function readHypervisor(box: string): Promise<HypervisorRecord | null> {
  const text = await readFile(pathOf(box), 'utf8').catch(() => '');
  const [kind, bootId = ''] = text.split('\n');
  return kind === 'kvm' || kind === 'qemu' ? { kind, bootId } : null;
}

/** A line each, the kind first: the script that boots the box reads that alone. */
export async function recordHypervisor(box: string, record: HypervisorRecord): Promise<void> {
  await writeFileAtomically(pathOf(box), `${record.kind}\n${record.bootId}\n`, 0o600);
}

// SPDX-License-Identifier: Apache-2.0
// A lease as two small files: the record, and the bare epoch beside it for shell scripts. Holds no rule.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { parseObject, readRecord } from '../clients/state/records.ts';
import { withFileLock } from './file-lock.ts';
import { leaseDirectory } from './places.ts';
import { parsePulse, type Pulse } from './pulse.ts';

export interface Lease {
  readonly epoch: number;
  readonly nonce: string;
  readonly namespace: string;
  readonly workflowId: string;
  /** Milliseconds since 1970, for people and for earlier releases; 0 once given back. */
  readonly renewedAt: number;
  /** The holder's last sign of life. Absent in leases of earlier releases. */
  readonly pulse?: Pulse;
  /** Set by the run that took the target away, until the next one takes the lease. */
  readonly isGone?: true;
}

/** The lock is held while the lease is read, judged and written. @throws Failure Conflict when it is not free within 30 s */
export async function withLeaseLock<T>(target: string, work: () => Promise<T>): Promise<T> {
  await mkdir(leaseDirectory(target), { recursive: true, mode: 0o700 });
  return withFileLock(join(leaseDirectory(target), 'lock'), work);
}

/** Null when no run ever held the target. @throws Failure Rejected when the record cannot be read or is damaged */
export function readLease(target: string): Promise<Lease | null> {
  return readRecord(recordOf(target), {
    what: `lease of ${target}`,
    parse: parseLease,
    next: `start again what was refused`,
  });
}

/** The epoch comes first: a crash in between leaves a higher one, which no one holds. */
export async function writeLease(target: string, lease: Lease): Promise<void> {
  const path = epochOf(target);
  if ((await readText(path))?.trim() !== String(lease.epoch))
    await writeFileAtomically(path, `${lease.epoch}\n`, 0o600);
  await writeFileAtomically(recordOf(target), `${JSON.stringify(lease)}\n`, 0o600);
}

/** The highest epoch that scripts saw, also when the record was moved aside; 0 for none. */
export async function writtenEpoch(target: string): Promise<number> {
  const epoch = Number((await readText(epochOf(target))) ?? '0');
  return Number.isSafeInteger(epoch) ? epoch : 0;
}

const recordOf = (target: string): string => join(leaseDirectory(target), 'lease.json');
const epochOf = (target: string): string => join(leaseDirectory(target), 'epoch');

function parseLease(text: string): Lease {
  const { epoch, nonce, namespace, workflowId, renewedAt, pulse, isGone } = parseObject(text);
  if (!isCount(epoch) || epoch === 0) throw new Error('its epoch is not a number above 0');
  if (!isCount(renewedAt)) throw new Error('its renewedAt is not a number');
  return {
    epoch,
    renewedAt,
    nonce: textOf('nonce', nonce),
    namespace: textOf('namespace', namespace),
    workflowId: textOf('workflowId', workflowId),
    ...(pulse !== undefined && { pulse: parsePulse(pulse) }),
    ...(isGone === true && { isGone }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`its ${field} is not a text`);
}

// SPDX-License-Identifier: Apache-2.0
// A box's lease: one folder at a fixed place of the machine that holds the box. Says who may change it, and since when.
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  KeepLeaseResult,
  ReadLeaseResult,
  TakeLeaseResult,
} from '../../../workflows/contracts/lease.ts';
import { readJson, readText, writeFileAtomically } from '../local-files.ts';
import { boxDirectory, leaseDirectory } from './places.ts';
import { withFileLock } from './file-lock.ts';

/** @source design: after 60 s without renewal and with no live job the next taker may have the box */
const silenceMilliseconds = 60_000;

interface Lease {
  readonly epoch: number;
  readonly nonce: string;
  readonly namespace: string;
  readonly workflowId: string;
  /** Milliseconds since the epoch; 0 once given back. */
  readonly renewedAt: number;
}

export interface LeaseRequest {
  readonly box: string;
  readonly nonce: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly takeOver: boolean;
}

/** Idempotent for one nonce. A silent holder with a live job still holds; `takeOver` skips the wait, not the job. */
export async function take(request: LeaseRequest, liveJobs: () => Promise<number>): Promise<TakeLeaseResult> {
  const { box, nonce, namespace, workflowId, takeOver } = request;
  return locked(box, async () => {
    const present = await readLease(box);
    const isHeld = present !== null && present.renewedAt > 0;
    if (isHeld && present.nonce !== nonce) {
      const isSilent = Date.now() - present.renewedAt > silenceMilliseconds;
      if (!isSilent && !takeOver) return { outcome: 'refused', holder: holderOf(present) };
      if ((await liveJobs()) > 0)
        return { outcome: 'refused', holder: `${holderOf(present)}, whose command still runs` };
    }
    const mine = present?.nonce === nonce && isHeld;
    // Seconds since 1970 keep epochs rising even over a removed lease; a box taken twice a second gets the next number.
    const epoch = mine ? present.epoch : Math.max((present?.epoch ?? 0) + 1, Math.floor(Date.now() / 1000));
    await write(box, { epoch, nonce, namespace, workflowId, renewedAt: Date.now() });
    // The last epoch of this very run tells it whether anybody was here in between.
    return { outcome: 'taken', epoch, previousEpoch: present?.epoch ?? 0 };
  });
}

export async function renew(box: string, epoch: number): Promise<'held' | KeepLeaseResult['outcome']> {
  // Looked at before locking: the lock's folder of a destroyed box is not made anew.
  if ((await readLease(box)) === null) return 'given-back';
  return locked(box, async () => {
    const present = await readLease(box);
    if (present === null || present.epoch !== epoch) return 'lost';
    if (present.renewedAt === 0) return 'given-back';
    await write(box, { ...present, renewedAt: Date.now() });
    return 'held';
  });
}

/** Idempotent; leaves a lease of somebody else alone. */
export async function giveBack(box: string, epoch: number): Promise<void> {
  await locked(box, async () => {
    const present = await readLease(box);
    if (present?.epoch === epoch) await write(box, { ...present, renewedAt: 0 });
  });
}

/** A box that is gone leaves no lease behind. */
export async function forgetLease(box: string): Promise<void> {
  const isThere = await access(boxDirectory(box)).then(
    () => true,
    () => false,
  );
  const { holder } = await readHolder(box);
  if (!isThere && holder === null) await rm(leaseDirectory(box), { recursive: true, force: true });
}

export async function readHolder(box: string): Promise<ReadLeaseResult> {
  const present = await readLease(box);
  if (present === null) return { holder: null, epoch: 0 };
  const isLive = Date.now() - present.renewedAt <= silenceMilliseconds;
  return { holder: isLive ? holderOf(present) : null, epoch: present.epoch };
}

/** For whoever looks the machine over: `silent` is a holder that has not renewed for longer than it may. */
export async function leaseHold(
  box: string,
): Promise<{ readonly state: 'free' | 'held' | 'silent'; readonly holder: string }> {
  const present = await readLease(box);
  if (present === null || present.renewedAt === 0) return { state: 'free', holder: '' };
  const isSilent = Date.now() - present.renewedAt > silenceMilliseconds;
  return { state: isSilent ? 'silent' : 'held', holder: holderOf(present) };
}

function holderOf({ workflowId, namespace, renewedAt, nonce }: Lease): string {
  const agoSeconds = Math.round((Date.now() - renewedAt) / 1000);
  return `${workflowId} (namespace ${namespace}, run ${nonce}), renewed ${agoSeconds} s ago`;
}

async function readLease(box: string): Promise<Lease | null> {
  return (await readJson(join(leaseDirectory(box), 'lease.json'))) as Lease | null;
}

/** The bare epoch beside it is for shell scripts, which compare it before they change anything. */
async function write(box: string, lease: Lease): Promise<void> {
  const directory = leaseDirectory(box);
  if ((await readText(join(directory, 'epoch')))?.trim() !== String(lease.epoch)) {
    await writeFileAtomically(join(directory, 'epoch'), `${lease.epoch}\n`, 0o600);
  }
  await writeFileAtomically(join(directory, 'lease.json'), `${JSON.stringify(lease)}\n`, 0o600);
}

async function locked<T>(box: string, work: () => Promise<T>): Promise<T> {
  await mkdir(leaseDirectory(box), { recursive: true, mode: 0o700 });
  return withFileLock(join(leaseDirectory(box), 'lock'), work);
}

// SPDX-License-Identifier: Apache-2.0
// The rules of a lease: who may change a target, and since when. A target is a box by its name, or another text.
// The lease outlives a destroyed box, so that no epoch is ever given twice and a run that slept finds it lost.
import type { ReadLeaseResult, TakeLeaseResult } from '../../workflows/contracts/run/lease.ts';
import { Failure } from '../clients/failure.ts';
import { readLease, withLeaseLock, writeLease, writtenEpoch, type Lease } from './lease-record.ts';
import { leaseDirectory } from './places.ts';
import { pulseNow, silenceOf, type Silence } from './pulse.ts';

/** @source design: after 60 s without renewal and with no live job the next taker may have the box */
const silenceSeconds = 60;

export interface LeaseRequest {
  readonly target: string;
  readonly nonce: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly takeOver: boolean;
  /** The epoch that this run had last; 0 for one that never had the lease. A run that had it makes nothing anew that another took away. */
  readonly ownEpoch?: number;
}

/**
 * Idempotent for one nonce. A silent holder with a live job still holds. `takeOver` skips the wait for a holder whose
 * process is gone; a holder that lives and renews is refused to everyone.
 */
export async function take(request: LeaseRequest, liveJobs: () => Promise<number>): Promise<TakeLeaseResult> {
  const { target, nonce, namespace, workflowId, takeOver, ownEpoch = 0 } = request;
  return withLeaseLock(target, async () => {
    const present = await readLease(target);
    const isHeld = present !== null && present.renewedAt > 0;
    if (isHeld && present.nonce !== nonce) {
      const silence = await silenceOfHolder(present);
      const holder = holderOf(present, silence);
      const mayTake = isOver(silence) || (takeOver && silence.isDead);
      if (!mayTake) return { outcome: 'refused', holder };
      if ((await liveJobs()) > 0)
        return { outcome: 'refused', holder: `${holder}, whose command still runs` };
    }
    const isMine = present?.nonce === nonce && isHeld;
    const epoch = isMine ? present.epoch : await nextEpoch(target, present);
    // The last epoch of this run shows whether another run held the box in between.
    const previousEpoch = present?.epoch ?? 0;
    if (present?.isGone === true && ownEpoch > 0 && previousEpoch !== ownEpoch)
      return { outcome: 'gone', by: present.workflowId };
    await writeLease(target, { epoch, nonce, namespace, workflowId, ...(await signOfLife()) });
    return { outcome: 'taken', epoch, previousEpoch };
  });
}

/** Higher than any before. Seconds since 1970 keep it rising even after both files were lost. */
async function nextEpoch(target: string, present: Lease | null): Promise<number> {
  const last = Math.max(present?.epoch ?? 0, await writtenEpoch(target));
  return Math.max(last + 1, Math.floor(Date.now() / 1000));
}

/** @throws Failure Conflict when the lease is lost */
export async function renew(target: string, epoch: number): Promise<'held' | 'given-back'> {
  // Read before the lock is taken: the folder of a lease that is gone is not made anew.
  requireMine(target, epoch, await readLease(target));
  return withLeaseLock(target, async () => {
    const present = requireMine(target, epoch, await readLease(target));
    if (present.renewedAt === 0) return 'given-back';
    await writeLease(target, { ...present, ...(await signOfLife()) });
    return 'held';
  });
}

/** Asked right before a change. @throws Failure Conflict when this epoch may not change the target any more */
export async function requireLease(target: string, epoch: number): Promise<void> {
  const present = requireMine(target, epoch, await readLease(target));
  if (present.renewedAt === 0) throw lost(target, 'this run gave it back');
}

/** Notes in its own lease that a run removed the target. @idempotent leaves a lease of another run alone */
export async function markGone(target: string, epoch: number): Promise<void> {
  await withLeaseLock(target, async () => {
    const present = await readLease(target);
    if (present?.epoch === epoch) await writeLease(target, { ...present, isGone: true });
  });
}

/** Idempotent; leaves a lease of somebody else alone. */
export async function giveBack(target: string, epoch: number): Promise<void> {
  if ((await readLease(target)) === null) return;
  await withLeaseLock(target, async () => {
    const present = await readLease(target);
    if (present?.epoch === epoch) await writeLease(target, { ...present, renewedAt: 0 });
  });
}

export async function readHolder(target: string): Promise<ReadLeaseResult> {
  const present = await readLease(target);
  if (present === null) return { holder: null, epoch: 0 };
  if (present.renewedAt === 0) return { holder: null, epoch: present.epoch };
  const silence = await silenceOfHolder(present);
  return { holder: isOver(silence) ? null : holderOf(present, silence), epoch: present.epoch };
}

/** For doctor: a `silent` holder has not renewed for longer than it may, or its process is gone. */
export async function leaseHold(
  target: string,
): Promise<{ readonly state: 'free' | 'held' | 'silent'; readonly holder: string }> {
  const present = await readLease(target);
  if (present === null || present.renewedAt === 0) return { state: 'free', holder: '' };
  const silence = await silenceOfHolder(present);
  const isSilent = isOver(silence) || silence.isDead;
  return { state: isSilent ? 'silent' : 'held', holder: holderOf(present, silence) };
}

/** A lease that is gone was not given back: this run did not do it. */
function requireMine(target: string, epoch: number, present: Lease | null): Lease {
  if (present === null) throw lost(target, 'its record is gone');
  if (present.epoch !== epoch) throw lost(target, `${present.workflowId} took it (epoch ${present.epoch})`);
  return present;
}

function lost(target: string, cause: string): Failure {
  return new Failure('Conflict', `The lease of ${target} was lost; this run changes nothing more`, {
    on: leaseDirectory(target),
    cause,
    hint: 'Look at what the other run left, then start this operation again if it is still wanted',
  });
}

async function signOfLife(): Promise<Required<Pick<Lease, 'renewedAt' | 'pulse'>>> {
  return { renewedAt: Date.now(), pulse: await pulseNow() };
}

/** A lease of an earlier release has the time of the wall alone: a renewal of tomorrow is none of today either. */
async function silenceOfHolder({ pulse, renewedAt }: Lease): Promise<Silence> {
  if (pulse !== undefined) return silenceOf(pulse);
  const seconds = Math.abs(Date.now() - renewedAt) / 1000;
  return { seconds, isDead: false, told: `renewed ${Math.round(seconds)} s ago` };
}

const isOver = ({ seconds }: Silence): boolean => seconds > silenceSeconds;

function holderOf({ workflowId, namespace, nonce }: Lease, { told }: Silence): string {
  return `${workflowId} (namespace ${namespace}, run ${nonce}), ${told}`;
}

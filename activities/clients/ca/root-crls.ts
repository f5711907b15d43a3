// SPDX-License-Identifier: Apache-2.0
// What a root revoked so far and what its next CRL has to list, read from records whose signatures are judged anew. Signs nothing.
import type { RevokedCertificate, RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  plainSerial,
  type CrlReservation,
  type CrlRequest,
} from '../../../workflows/contracts/authority/root-crl.ts';
import { Failure } from '../failure.ts';
import { approversOf, revocationToApprove } from './approvals.ts';
import {
  CrlRecords,
  reservedNumbers,
  revocationRecord,
  revocationSerials,
  type RevocationRecord,
} from './crl-records.ts';
import { highestNumber, lists, newestCrl, type SignedCrl } from './signed-crls.ts';

const dayMilliseconds = 86_400_000;

export interface CrlState {
  readonly newest: SignedCrl | null;
  /** The highest reservation, unless it is signed. */
  readonly open: CrlReservation | null;
  /** What the next CRL has to list. */
  readonly wanted: readonly RevokedCertificate[];
  /** The newest CRL lasts long enough and lists all that. */
  readonly isDone: boolean;
  /** The open reservation leads to such a CRL, so that no other number is needed. */
  readonly isReserved: boolean;
}

export async function crlState(stateDirectory: string, request: CrlRequest, now: number): Promise<CrlState> {
  const { authority, root, revoke } = request;
  const newest = await newestCrl(stateDirectory, authority, root);
  const open = await openReservation(stateDirectory, authority, root);
  const before = union(root.revoked, newest?.revoked ?? []);
  const added: RevokedCertificate[] = [];
  const unapproved: string[] = [];
  for (const serial of await revocationSerials(stateDirectory, authority)) {
    if (lists(before, serial)) continue;
    const found = await requireRevocation(stateDirectory, authority, serial);
    const isAsked = serial === revoke || lists(open?.revoked ?? [], serial);
    if (await isApproved(found, isAsked, now)) added.push(entryOf(found));
    else unapproved.push(serial);
  }
  const wanted = union(before, added);
  const isReserved =
    open !== null &&
    covers(open.revoked, wanted) &&
    !unapproved.some((serial) => lists(open.revoked, serial));
  const isDone =
    newest === null
      ? !request.mayBeFirst
      : isAsDesired(newest, request, now) && covers(newest.revoked, wanted);
  return { newest, open, wanted, isDone, isReserved };
}

const isAsDesired = ({ until, revoked }: SignedCrl, { daysLeft, revoke }: CrlRequest, now: number): boolean =>
  until.getTime() - now >= daysLeft * dayMilliseconds && (revoke === null || lists(revoked, revoke));

/** Idempotent: of two that reserve at once the first one's stays, and one that leads to what is wanted is kept. */
export async function reserveNumber(
  stateDirectory: string,
  request: CrlRequest,
  now: number,
): Promise<CrlReservation> {
  const { authority, root, lifetime, revoke, requestedBy } = request;
  const { open, wanted, isReserved } = await crlState(stateDirectory, request, now);
  const own = revoke === null ? [] : [await approvedRevocation(stateDirectory, authority, revoke, now)];
  const revoked = union(wanted, own.map(entryOf));
  if (open !== null && isReserved && covers(open.revoked, revoked)) return open;
  const number = (await highestNumber(stateDirectory, authority, root)) + 1;
  const records = new CrlRecords(stateDirectory, authority, number);
  const reservedAt = new Date(now).toISOString();
  await records.offer('reservation', {
    authority,
    number,
    root,
    revoked,
    lifetime,
    reservedAt,
    requestedBy,
  } satisfies CrlReservation);
  return records.requireReservation();
}

/** Null when no number above the signed ones is reserved. */
async function openReservation(
  stateDirectory: string,
  authority: string,
  root: RootSpec,
): Promise<CrlReservation | null> {
  const number = (await reservedNumbers(stateDirectory, authority)).at(-1);
  if (number === undefined) return null;
  if (number !== (await highestNumber(stateDirectory, authority, root))) return null;
  const records = new CrlRecords(stateDirectory, authority, number);
  if ((await records.bytes('crl')) !== null) return null;
  const reservation = await records.reservation();
  return reservation?.root.fingerprint === root.fingerprint ? reservation : null;
}

/**
 * Serial numbers of a list that neither an earlier CRL revoked nor enough people approved. Where a revocation names no
 * approvers, whoever answered the run is believed.
 */
export async function unapprovedOf(
  stateDirectory: string,
  { authority, root, revoked }: Pick<CrlReservation, 'authority' | 'root' | 'revoked'>,
  now: number,
): Promise<string[]> {
  const newest = await newestCrl(stateDirectory, authority, root);
  const before = union(root.revoked, newest?.revoked ?? []);
  const missing: string[] = [];
  for (const { serial } of revoked.filter((each) => !lists(before, each.serial))) {
    const found = await revocationRecord(stateDirectory, authority, plainSerial(serial));
    if (found === null || !(await isApproved(found, true, now))) missing.push(serial);
  }
  return missing;
}

/** What an earlier CRL listed and a list leaves out: nothing that was revoked becomes valid again. */
export async function leftOutOf(
  stateDirectory: string,
  { authority, root, revoked }: Pick<CrlReservation, 'authority' | 'root' | 'revoked'>,
): Promise<string[]> {
  const newest = await newestCrl(stateDirectory, authority, root);
  return union(root.revoked, newest?.revoked ?? [])
    .map(({ serial }) => serial)
    .filter((serial) => !lists(revoked, serial));
}

/** @throws Failure Unreachable when nobody asked for it */
export async function requireRevocation(
  stateDirectory: string,
  authority: string,
  serial: string,
): Promise<RevocationRecord> {
  const found = await revocationRecord(stateDirectory, authority, serial);
  if (found !== null) return found;
  throw new Failure('Unreachable', `The revocation of ${serial} is not recorded yet`, {
    on: `authority ${authority}`,
  });
}

/** @throws Failure PreconditionFailed when too few people approved it, or too long ago */
async function approvedRevocation(
  stateDirectory: string,
  authority: string,
  serial: string,
  now: number,
): Promise<RevocationRecord> {
  const found = await requireRevocation(stateDirectory, authority, serial);
  if (await isApproved(found, true, now)) return found;
  throw new Failure('PreconditionFailed', `The revocation of ${serial} is not approved`, {
    on: found.folder,
    cause: `${found.revocation.approvals} people have to approve it`,
    hint: `Sign approvals: holdfast ca approve ${authority} --revocation ${serial} --as NAME; then resolve the step with --retry`,
  });
}

/** `isAsked`: a person answered a run that is about it, or a number was reserved with it after that. */
async function isApproved(found: RevocationRecord, isAsked: boolean, now: number): Promise<boolean> {
  const { approvers, approvals } = found.revocation;
  if (approvers.length === 0) return isAsked;
  return (await approversOf(revocationToApprove(found), now)).length >= approvals;
}

const entryOf = ({ revocation }: RevocationRecord): RevokedCertificate => ({
  serial: revocation.serial,
  revokedAt: revocation.requestedAt,
});

/** Each serial number once, with the time that was told first. */
function union(...lists: readonly (readonly RevokedCertificate[])[]): RevokedCertificate[] {
  const entries = new Map<string, RevokedCertificate>();
  for (const { serial, revokedAt } of lists.flat()) {
    const plain = plainSerial(serial);
    if (!entries.has(plain)) entries.set(plain, { serial: plain, revokedAt });
  }
  return [...entries.values()];
}

const covers = (revoked: readonly RevokedCertificate[], wanted: readonly RevokedCertificate[]): boolean =>
  wanted.every(({ serial }) => lists(revoked, serial));

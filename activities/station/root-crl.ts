// SPDX-License-Identifier: Apache-2.0
// The CRL with the highest reserved number, signed by the root: no lower number is signed any more, and none is signed twice.
import { join } from 'node:path';
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { CrlRef, CrlReservation, CrlRequest } from '../../workflows/contracts/authority/root-crl.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CrlRecords } from '../clients/ca/crl-records.ts';
import { crlFault, crlTimes, expectedCrl } from '../clients/ca/expected.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { leftOutOf, reserveNumber, unapprovedOf } from '../clients/ca/root-crls.ts';
import { highestNumber, newestCrl, topCrl } from '../clients/ca/signed-crls.ts';
import { partsOf, signatureFault, signedBytes } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { StationJournal } from './journal.ts';
import { recordsOf, signOnce, type Station } from './station.ts';
import { requirePinnedRoot, tokenAbsence } from './tokens.ts';

/** @source clocks of two machines beside each other differ by less; certificates are back-dated by as much */
const clockMilliseconds = 300_000;

/** The module loads, and this clock was not turned back since the number was reserved. */
export async function crlStationDifferences(station: Station, { authority }: CrlRef): Promise<Difference[]> {
  const { reservedAt } = await (await topCrl(station.stateDirectory, authority)).requireReservation();
  await station.tokens.list();
  const now = Date.now();
  if (now >= Date.parse(reservedAt) - clockMilliseconds) return [];
  return [
    {
      what: `clock of station ${station.name}`,
      have: new Date(now).toISOString(),
      want: `after ${reservedAt}, when the number was reserved`,
    },
  ];
}

/** It waits for a person; nobody has to plug in a token for a CRL that is signed. */
export async function crlTokenDifferences(station: Station, { authority }: CrlRef): Promise<Difference[]> {
  const records = await topCrl(station.stateDirectory, authority);
  if ((await records.bytes('crl')) !== null) return [];
  const { root } = await records.requireReservation();
  return tokenAbsence(station, root.serial, root.fingerprint);
}

export async function nextCrlDifferences(station: Station, { authority }: CrlRef): Promise<Difference[]> {
  const records = await topCrl(station.stateDirectory, authority);
  const { number, revoked, root } = await records.requireReservation();
  const signed = await records.bytes('crl');
  if (signed === null)
    return [{ what: `CRL ${number} of the root`, have: 'not signed', want: `${revoked.length} revoked` }];
  const fault = signatureFault(
    'crl',
    signed,
    await records.require('toBeSigned'),
    pinnedRoot(root).publicKey,
  );
  if (fault === null) return [];
  throw new Failure('PreconditionFailed', 'The recorded CRL is not what the root signed', {
    on: records.path('crl'),
    cause: fault,
    hint: 'Restore the folder of the authority from a backup: holdfast restore FILE',
  });
}

export async function signNextCrl(station: Station, { authority }: CrlRef): Promise<string> {
  const records = await topCrl(station.stateDirectory, authority);
  await signReserved(station, records);
  return `number ${records.number}`;
}

/** The ceremony has a CRL of the root from after its beginning. */
export async function ceremonyCrlDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const { root } = await records.requireCeremony();
  const signed = await records.bytes('crl');
  if (signed === null) return [{ what: 'CRL of the root', have: 'none', want: 'signed' }];
  const toBeSigned = await records.require('crlToBeSigned');
  const fault = signatureFault('crl', signed, toBeSigned, pinnedRoot(root).publicKey);
  if (fault === null) return [];
  throw new Failure('PreconditionFailed', 'The recorded CRL is not what the root signed', {
    on: records.path('crl'),
    cause: fault,
    hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
  });
}

/** One that another run had signed meanwhile serves too: it lists what was revoked as well. */
export async function signCeremonyCrl(station: Station, ref: CeremonyRef): Promise<string> {
  const { stateDirectory } = station;
  const records = recordsOf(station, ref);
  const { authority, root, profile, reservedAt, requestedBy } = await records.requireCeremony();
  const began = Date.parse(reservedAt) - clockMilliseconds - 1000;
  let newest = await newestCrl(stateDirectory, authority, root);
  if (newest === null || newest.from.getTime() < began) {
    const lifetime = profile.crlLifetime;
    const request: CrlRequest = {
      authority,
      root,
      lifetime,
      daysLeft: 1,
      revoke: null,
      mayBeFirst: true,
      requestedBy,
    };
    await reserveNumber(stateDirectory, request, Date.now());
    await signReserved(station, await topCrl(stateDirectory, authority));
    newest = await newestCrl(stateDirectory, authority, root);
  }
  if (newest === null)
    throw new Failure('Invariant', 'The CRL that was signed is gone', { on: records.folder });
  await records.write('crlToBeSigned', partsOf('crl', newest.der).toBeSigned);
  await records.write('crl', newest.der);
  return `number ${newest.number}`;
}

/** Times are fixed once, when the root is there: a CRL that waited for hands does not begin old. */
async function signReserved(station: Station, records: CrlRecords): Promise<void> {
  if ((await records.bytes('crl')) !== null) return;
  const reservation = await records.requireReservation();
  await requireSignable(station.stateDirectory, records, reservation);
  await records.offer('times', crlTimes(reservation, Date.now()));
  const times = await records.requireTimes();
  await records.offer('toBeSigned', expectedCrl(reservation, times));
  const toBeSigned = await records.require('toBeSigned');
  const cause = crlFault(reservation, times, toBeSigned);
  if (cause !== null) throw notToBeSigned(records, cause);
  const { serial, id, fingerprint } = reservation.root;
  await requirePinnedRoot(station, serial, fingerprint);
  const { publicKey } = pinnedRoot(reservation.root);
  const journal = new StationJournal(join(records.folder, 'station'));
  const signature = await signOnce(station, journal, 'crl', toBeSigned, { serial, id, publicKey });
  await records.write('crl', signedBytes(toBeSigned, signature));
}

/** Where approvers are named, their signatures are believed and nothing else, whatever a workflow says. */
async function requireSignable(
  stateDirectory: string,
  records: CrlRecords,
  reservation: CrlReservation,
): Promise<void> {
  const { authority, number, root } = reservation;
  const highest = await highestNumber(stateDirectory, authority, root);
  if (number !== highest) throw notToBeSigned(records, `the number ${highest} was reserved since`);
  const leftOut = await leftOutOf(stateDirectory, reservation);
  if (leftOut.length > 0) throw notToBeSigned(records, `it leaves out ${leftOut.join(' ')}, revoked before`);
  const unapproved = await unapprovedOf(stateDirectory, reservation, Date.now());
  const [first] = unapproved;
  if (first === undefined) return;
  throw new Failure('PreconditionFailed', 'The revocation is not approved', {
    on: records.folder,
    cause: `too few people approved the revocation of ${unapproved.join(' ')}`,
    hint: `Sign approvals: holdfast ca approve ${authority} --revocation ${first} --as NAME; then resolve the step with --retry`,
  });
}

const notToBeSigned = (records: CrlRecords, cause: string): Failure =>
  new Failure('PreconditionFailed', 'The reserved CRL is not to be signed', {
    on: records.folder,
    cause,
    hint: 'Ask for the next one: holdfast ca crl NAME',
  });

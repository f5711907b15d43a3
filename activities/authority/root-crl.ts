// SPDX-License-Identifier: Apache-2.0
// Whether the root needs another CRL, the number of the next one, and what verifiers say of it. Asks no token.
import { X509Certificate } from 'node:crypto';
import type { Verdict } from '../../workflows/contracts/authority/ceremony.ts';
import type { CrlRef, CrlReservation, CrlRequest } from '../../workflows/contracts/authority/root-crl.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { CeremonyRecords, generationsOf } from '../clients/ca/ceremony-records.ts';
import type { CrlRecords } from '../clients/ca/crl-records.ts';
import { readCrl, type ReadCrl } from '../clients/ca/read-crl.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { crlState, reserveNumber } from '../clients/ca/root-crls.ts';
import { lists, topCrl } from '../clients/ca/signed-crls.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { crlLeaf } from '../clients/ca/trial/leaves.ts';
import { judgeByOpenssl, opensslVersion } from '../clients/ca/trial/openssl-verifier.ts';
import { twinOf } from '../clients/ca/trial/twin.ts';
import { requireRight, verdict } from '../clients/ca/trial/verdicts.ts';
import { Failure } from '../clients/failure.ts';

/** Differs by what the next CRL will list, which people approve where no approver is named. */
export async function reservedDifferences(state: string, request: CrlRequest): Promise<Difference[]> {
  const { newest, wanted, isDone, isReserved } = await crlState(state, request, Date.now());
  const isAsked = request.revoke === null || lists(wanted, request.revoke);
  if (isDone || (isReserved && isAsked)) return [];
  const have = newest === null ? 'none' : `number ${newest.number}, until ${newest.until.toISOString()}`;
  const added = wanted.filter(({ serial }) => !lists(newest?.revoked ?? [], serial));
  return [
    { what: 'CRL of the root', have, want: 'a next number' },
    ...added.map(({ serial }) => ({ what: `certificate ${serial}`, have: 'valid', want: 'revoked' })),
  ];
}

export async function reserveCrl(state: string, request: CrlRequest): Promise<string> {
  const reservation = await reserveNumber(state, request, Date.now());
  return `number ${reservation.number}, ${reservation.revoked.length} revoked`;
}

/** @throws Failure VerifyFailed when a verifier judged otherwise than it has to */
export async function crlVerificationDifferences(
  state: string,
  { authority }: CrlRef,
): Promise<Difference[]> {
  const records = await topCrl(state, authority);
  const crl = await records.require('crl');
  const verification = await records.verification();
  if (verification === null)
    return [{ what: `verification of CRL ${records.number}`, have: 'none', want: 'recorded' }];
  if (verification.crlDigest !== sha256(crl))
    throw new Failure('VerifyFailed', 'Another CRL was verified than the one that is recorded', {
      on: records.path('verification'),
    });
  requireRight(records.path('crl'), verification.verdicts);
  return [];
}

/** Records only what was judged right. */
export async function verifyCrl(state: string, { authority }: CrlRef): Promise<string> {
  const records = await topCrl(state, authority);
  const crl = await records.require('crl');
  const reservation = await records.requireReservation();
  const verdicts = [
    await rootVerdict(reservation, crl),
    ...(await chainVerdicts(state, reservation, crl)),
    ...(await leafVerdicts(state, reservation, crl)),
  ];
  requireRight(records.path('crl'), verdicts);
  await offer(records, crl, verdicts);
  return `${verdicts.length} verdicts, each as it has to be`;
}

const offer = (records: CrlRecords, crl: Buffer, verdicts: readonly Verdict[]): Promise<void> =>
  records.offer('verification', { crlDigest: sha256(crl), verdicts });

async function rootVerdict({ root }: CrlReservation, crl: Buffer): Promise<Verdict> {
  const { der } = pinnedRoot(root);
  const chain = { root: der, intermediates: [], crls: [crl], leaf: der };
  return verdict(
    await opensslVersion(),
    'the root under its own CRL',
    'accepted',
    await judgeByOpenssl(chain),
  );
}

interface Intermediate {
  readonly name: string;
  readonly der: Buffer;
  readonly serial: string;
  /** One that it may certify. */
  readonly host: string;
}

/** Every intermediate that this root signed here and that has not ended. */
async function intermediatesOf(state: string, { authority, root }: CrlReservation): Promise<Intermediate[]> {
  const found: Intermediate[] = [];
  for (const generation of await generationsOf(state, authority)) {
    const records = new CeremonyRecords(state, { authority, generation });
    const [ceremony, der] = [await records.ceremony(), await records.bytes('certificate')];
    if (ceremony?.root.fingerprint !== root.fingerprint || der === null) continue;
    if (Date.parse(new X509Certificate(der).validTo) < Date.now()) continue;
    const { serialNumber, profile } = ceremony;
    const host = profile.permitted[0] ?? '';
    found.push({ name: `intermediate ${generation}`, der, serial: serialNumber, host });
  }
  return found;
}

const expectedOf = ({ revoked }: Pick<ReadCrl, 'revoked'>, serial: string): Verdict['expected'] =>
  lists(revoked, serial) ? 'refused' : 'accepted';

/** The certificates themselves, under the root and the CRL themselves. */
async function chainVerdicts(state: string, reservation: CrlReservation, crl: Buffer): Promise<Verdict[]> {
  const root = pinnedRoot(reservation.root).der;
  const version = await opensslVersion();
  const said = readCrl(crl);
  const verdicts: Verdict[] = [];
  for (const { name, der, serial } of await intermediatesOf(state, reservation)) {
    const refusal = await judgeByOpenssl({ root, intermediates: [], crls: [crl], leaf: der });
    verdicts.push(verdict(version, `${name} with CRLs checked`, expectedOf(said, serial), refusal));
  }
  return verdicts;
}

/** A leaf below each, with the CRL of each authority: of a twin, since the keys themselves stay on their tokens. */
async function leafVerdicts(state: string, reservation: CrlReservation, crl: Buffer): Promise<Verdict[]> {
  const root = pinnedRoot(reservation.root).der;
  const version = await opensslVersion();
  const said = readCrl(crl);
  const verdicts: Verdict[] = [];
  for (const { name, der, serial, host } of await intermediatesOf(state, reservation)) {
    const chain = crlLeaf(await twinOf(root, der), host, said);
    const subject = `a leaf of a twin of ${name} with CRLs checked`;
    verdicts.push(verdict(version, subject, expectedOf(said, serial), await judgeByOpenssl(chain)));
  }
  return verdicts;
}

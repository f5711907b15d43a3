// SPDX-License-Identifier: Apache-2.0
// What the root signs in a ceremony: the intermediate's certificate and the root's CRL. It signs what the profile leads to.
import type { Ceremony, CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { approversOf } from '../clients/ca/approvals.ts';
import type { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { certificateSummary } from '../clients/ca/summary.ts';
import { crlFault, expectedCrl, intermediateFault, periodFrom } from '../clients/ca/expected.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { signatureFault, signedBytes } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { journalOf, recordsOf, signOnce, type Station } from './station.ts';
import { requirePinnedRoot } from './tokens.ts';

/** People approve what these say: what the certificate will be, and the digest of the very bytes. */
export async function certificateDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const toBeSigned = await checkedBytes(records, ceremony);
  const signed = await records.bytes('certificate');
  if (signed === null) return certificateSummary(ceremony, toBeSigned);
  requireSigned(records, ceremony, 'certificate', signed, toBeSigned);
  return [];
}

export async function signCertificate(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const toBeSigned = await checkedBytes(records, ceremony);
  await requireApprovals(records, ceremony, toBeSigned);
  await signByRoot(station, records, ceremony, 'certificate', toBeSigned);
  return `serial number ${ceremony.serialNumber}`;
}

export async function crlDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const signed = await records.bytes('crl');
  if (signed === null)
    return [{ what: 'CRL of the root', have: 'none', want: `number ${ceremony.crlNumber}, signed` }];
  const toBeSigned = await records.require('crlToBeSigned');
  requireExpected(records.path('crlToBeSigned'), crlFault(ceremony, toBeSigned));
  requireSigned(records, ceremony, 'crl', signed, toBeSigned);
  return [];
}

export async function signCrl(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  await records.offer(
    'crlToBeSigned',
    expectedCrl(ceremony, periodFrom(Date.now(), ceremony.profile.crlLifetime)),
  );
  const toBeSigned = await records.require('crlToBeSigned');
  requireExpected(records.path('crlToBeSigned'), crlFault(ceremony, toBeSigned));
  await signByRoot(station, records, ceremony, 'crl', toBeSigned);
  return `number ${ceremony.crlNumber}`;
}

/** Where approvers are named, their signatures are believed and nothing else, whatever a workflow says. */
async function requireApprovals(
  records: CeremonyRecords,
  ceremony: Ceremony,
  toBeSigned: Uint8Array,
): Promise<void> {
  if (ceremony.approvers.length === 0) return;
  const names = await approversOf(records, ceremony, toBeSigned, Date.now());
  if (names.length >= ceremony.approvals) return;
  throw new Failure('PreconditionFailed', 'The certificate is not approved', {
    on: records.folder,
    cause: `${ceremony.approvals} people have to approve; now count: ${names.join(' ') || 'nobody'}`,
    hint: `Sign approvals: holdfast ca approve ${ceremony.authority} --as NAME; then resolve the step with --retry`,
  });
}

async function signByRoot(
  station: Station,
  records: CeremonyRecords,
  ceremony: Ceremony,
  kind: 'certificate' | 'crl',
  toBeSigned: Buffer,
): Promise<void> {
  const { serial, id, fingerprint } = ceremony.root;
  await requirePinnedRoot(station, serial, fingerprint);
  const { publicKey } = pinnedRoot(ceremony.root);
  const signature = await signOnce(station, journalOf(records), kind, toBeSigned, { serial, id, publicKey });
  await records.write(kind, signedBytes(toBeSigned, signature));
}

/** The recorded bytes, once they are what profile and request lead to. */
async function checkedBytes(records: CeremonyRecords, ceremony: Ceremony): Promise<Buffer> {
  const toBeSigned = await records.require('toBeSigned');
  const publicKey = Buffer.from((await records.requireKey()).publicKey, 'base64');
  requireExpected(records.path('toBeSigned'), intermediateFault(ceremony, publicKey, toBeSigned));
  return toBeSigned;
}

function requireExpected(on: string, cause: string | null): void {
  if (cause !== null)
    throw new Failure('PreconditionFailed', 'The recorded bytes are not to be signed', {
      on,
      cause,
      hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
    });
}

function requireSigned(
  records: CeremonyRecords,
  { root }: Ceremony,
  kind: 'certificate' | 'crl',
  signed: Buffer,
  toBeSigned: Buffer,
): void {
  const fault = signatureFault(kind, signed, toBeSigned, pinnedRoot(root).publicKey);
  if (fault !== null)
    throw new Failure('PreconditionFailed', `The recorded ${kind} is not what the root signed`, {
      on: records.path(kind),
      cause: fault,
      hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
    });
}

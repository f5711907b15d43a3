// SPDX-License-Identifier: Apache-2.0
// What the root signs in a ceremony: the intermediate's certificate. It signs what the profile leads to.
import type { Ceremony, CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { approversOf, certificateToApprove } from '../clients/ca/approvals.ts';
import type { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { certificateSummary } from '../clients/ca/summary.ts';
import { intermediateFault } from '../clients/ca/expected.ts';
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
  requireSigned(records, ceremony, signed, toBeSigned);
  return [];
}

/** What the pinned root signed for the recorded key, DER. @throws Failure PreconditionFailed for anything else that is recorded */
export async function signedCertificate(records: CeremonyRecords, ceremony: Ceremony): Promise<Buffer> {
  const signed = await records.require('certificate');
  requireSigned(records, ceremony, signed, await checkedBytes(records, ceremony));
  return signed;
}

export async function signCertificate(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const toBeSigned = await checkedBytes(records, ceremony);
  await requireApprovals(records, ceremony, toBeSigned);
  const { serial, id, fingerprint } = ceremony.root;
  await requirePinnedRoot(station, serial, fingerprint);
  const { publicKey } = pinnedRoot(ceremony.root);
  const key = { serial, id, publicKey };
  const signature = await signOnce(station, journalOf(records), 'certificate', toBeSigned, key);
  await records.write('certificate', signedBytes(toBeSigned, signature));
  return `serial number ${ceremony.serialNumber}`;
}

/** Where approvers are named, their signatures are believed and nothing else, whatever a workflow says. */
async function requireApprovals(
  records: CeremonyRecords,
  ceremony: Ceremony,
  toBeSigned: Uint8Array,
): Promise<void> {
  if (ceremony.approvers.length === 0) return;
  const names = await approversOf(certificateToApprove(records, ceremony, toBeSigned), Date.now());
  if (names.length >= ceremony.approvals) return;
  throw new Failure('PreconditionFailed', 'The certificate is not approved', {
    on: records.folder,
    cause: `${ceremony.approvals} people have to approve; now count: ${names.join(' ') || 'nobody'}`,
    hint: `Sign approvals: holdfast ca approve ${ceremony.authority} --as NAME; then resolve the step with --retry`,
  });
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
  signed: Buffer,
  toBeSigned: Buffer,
): void {
  const fault = signatureFault('certificate', signed, toBeSigned, pinnedRoot(root).publicKey);
  if (fault !== null)
    throw new Failure('PreconditionFailed', 'The recorded certificate is not what the root signed', {
      on: records.path('certificate'),
      cause: fault,
      hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
    });
}

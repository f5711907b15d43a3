// SPDX-License-Identifier: Apache-2.0
// The approvals of a certificate or a revocation by people's own keys: counted, and taken from the answer of a person.
import { approvalsDifference } from '../../workflows/contracts/authority/approval.ts';
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { Answer } from '../../workflows/contracts/run/question.ts';
import type { ApprovalArgs, RevocationApprovalArgs } from '../../workflows/ports/authority/ceremony.ts';
import {
  approvalFault,
  approversOf,
  certificateToApprove,
  revocationToApprove,
  writeApproval,
  type ToApprove,
} from '../clients/ca/approvals.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { requireRevocation } from '../clients/ca/root-crls.ts';
import { isListed } from '../clients/ca/signed-crls.ts';
import { Failure } from '../clients/failure.ts';

export async function approvalDifferences(
  state: string,
  { count, ...ref }: ApprovalArgs,
): Promise<Difference[]> {
  const { toApprove, approvals } = await ofCertificate(state, ref);
  // Approvals lapse; what was signed under them stays.
  if ((await new CeremonyRecords(state, ref).bytes('certificate')) !== null) return [];
  return missing(toApprove, count, approvals, 'bytes to be signed');
}

/** @throws Failure PreconditionFailed for an approval that does not count; the person is asked again */
export async function recordApproval(
  state: string,
  { count, ...ref }: ApprovalArgs,
  answer: Answer | undefined,
): Promise<string> {
  const { toApprove } = await ofCertificate(state, ref);
  return record(toApprove, count, answer, `holdfast ca approve ${ref.authority} --as NAME`);
}

export async function revocationApprovalDifferences(
  state: string,
  { authority, serial, count }: RevocationApprovalArgs,
): Promise<Difference[]> {
  const found = await requireRevocation(state, authority, serial);
  const { approvals } = found.revocation;
  if (await isListed(state, authority, serial)) return [];
  return missing(revocationToApprove(found), count, approvals, 'record of the revocation');
}

export async function recordRevocationApproval(
  state: string,
  { authority, serial, count }: RevocationApprovalArgs,
  answer: Answer | undefined,
): Promise<string> {
  const toApprove = revocationToApprove(await requireRevocation(state, authority, serial));
  const next = `holdfast ca approve ${authority} --revocation ${serial} --as NAME`;
  return record(toApprove, count, answer, next);
}

async function ofCertificate(state: string, ref: CeremonyRef) {
  const records = new CeremonyRecords(state, ref);
  const ceremony = await records.requireCeremony();
  const toApprove = certificateToApprove(records, ceremony, await records.require('toBeSigned'));
  return { toApprove, approvals: ceremony.approvals };
}

async function missing(
  toApprove: ToApprove,
  count: number,
  approvals: number,
  of: string,
): Promise<Difference[]> {
  const names = await approversOf(toApprove, Date.now());
  if (names.length >= count) return [];
  return [
    { what: approvalsDifference, have: names.join(' ') || 'nobody', want: `${count} of ${approvals}` },
    { what: of, have: 'not approved', want: `SHA-256 ${toApprove.approved.digest}` },
  ];
}

async function record(
  toApprove: ToApprove,
  count: number,
  answer: Answer | undefined,
  next: string,
): Promise<string> {
  const { approver = '', at = '', signature = '' } = answer?.data ?? {};
  const refused = (cause: string): Failure =>
    new Failure('PreconditionFailed', `The approval of ${approver || 'nobody'} does not count`, {
      on: toApprove.folder,
      cause,
      hint: `Sign another one: ${next}`,
    });
  const fault = approvalFault(toApprove, { approver, at, signature }, Date.now());
  if (fault !== null) throw refused(fault);
  const before = await approversOf(toApprove, Date.now());
  if (before.includes(approver) && before.length < count)
    throw refused(`${approver} has approved before, and counts once`);
  await writeApproval(toApprove, { approver, at, signature });
  return (await approversOf(toApprove, Date.now())).join(' ');
}

// SPDX-License-Identifier: Apache-2.0
// The approvals of a certificate by people's own keys: counted, and taken from the answer of a person.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { Answer } from '../../workflows/contracts/run/question.ts';
import type { ApprovalArgs } from '../../workflows/ports/authority.ts';
import { approvalFault, approversOf, writeApproval } from '../clients/ca/approvals.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';

export async function approvalDifferences(
  state: string,
  { count, ...ref }: ApprovalArgs,
): Promise<Difference[]> {
  const records = new CeremonyRecords(state, ref);
  const ceremony = await records.requireCeremony();
  const toBeSigned = await records.require('toBeSigned');
  // Approvals lapse; what was signed under them stays.
  if ((await records.bytes('certificate')) !== null) return [];
  const names = await approversOf(records, ceremony, toBeSigned, Date.now());
  if (names.length >= count) return [];
  return [
    { what: 'approvals', have: names.join(' ') || 'nobody', want: `${count} of ${ceremony.approvals}` },
    { what: 'bytes to be signed', have: 'not approved', want: `SHA-256 ${sha256(toBeSigned)}` },
  ];
}

/** @throws Failure PreconditionFailed for an approval that does not count; the person is asked again */
export async function recordApproval(
  state: string,
  { count, ...ref }: ApprovalArgs,
  answer: Answer | undefined,
): Promise<string> {
  const records = new CeremonyRecords(state, ref);
  const ceremony = await records.requireCeremony();
  const toBeSigned = await records.require('toBeSigned');
  const { approver = '', at = '', signature = '' } = answer?.data ?? {};
  const refused = (cause: string): Failure =>
    new Failure('PreconditionFailed', `The approval of ${approver || 'nobody'} does not count`, {
      on: records.folder,
      cause,
      hint: `Sign another one: holdfast ca approve ${ref.authority} --as NAME`,
    });
  const fault = approvalFault(ceremony, toBeSigned, { approver, at, signature }, Date.now());
  if (fault !== null) throw refused(fault);
  const before = await approversOf(records, ceremony, toBeSigned, Date.now());
  if (before.includes(approver) && before.length < count)
    throw refused(`${approver} has approved before, and counts once`);
  await writeApproval(records, { approver, at, signature });
  const names = await approversOf(records, ceremony, toBeSigned, Date.now());
  return names.join(' ');
}

// SPDX-License-Identifier: Apache-2.0
// The approval of a certificate or a revocation by a person's own key: the message that is signed, and what is kept of it. Pure.
import type { Question } from '../run/question.ts';
import type { Approver } from './authority-spec.ts';

export interface SignedApproval {
  readonly approver: string;
  /** ISO 8601, part of the message. */
  readonly at: string;
  /** Base64, as ssh-keygen writes it between its first and last line. */
  readonly signature: string;
}

/** What a person approves. */
export type Approved =
  | {
      /** Subject of the ceremony: `lab/1`. */
      readonly ceremony: string;
      /** SHA-256 of the bytes to be signed, hexadecimal digits. */
      readonly digest: string;
    }
  | {
      /** Subject of the revocation: `lab/4a01`. */
      readonly revocation: string;
      /** SHA-256 of its record, hexadecimal digits. */
      readonly digest: string;
    };

/** Lines end with a newline, also the last one. */
export function approvalMessage(approved: Approved & { readonly at: string }): string {
  const { digest, at } = approved;
  const what =
    'ceremony' in approved
      ? ['holdfast approval of a certificate', `ceremony ${approved.ceremony}`]
      : ['holdfast approval of a revocation', `certificate ${approved.revocation}`];
  return [...what, `SHA-256 ${digest}`, `at ${at}`, ''].join('\n');
}

/** @source three days: people who travel to a safe approve before they leave; what is older is asked for again */
export const approvalHoldsSeconds = 259_200;

/** The parts of an answer, see SignedApproval; `holdfast ca approve` fills them in. */
/** Names of those who may approve what somebody requested. */
export const approversBeside = (approvers: readonly Approver[], requestedBy: string): string[] =>
  approvers.map(({ name }) => name).filter((name) => name !== requestedBy);

/** Names of those whose approvals count, in what a step of an approval observes. */
export const approvalsDifference = 'approvals';

/** `people`: who may approve, at least one. */
export const approvalQuestion = (count: number, of: number, people: readonly string[]): Question => ({
  text: `approval ${count} of ${of}, signed by holdfast ca approve`,
  fields: {
    approver: { label: 'who approves, and did not request it', pattern: people.join('|') },
    at: { label: 'time in the message', pattern: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ' },
    signature: { label: 'signature of the message', pattern: '[A-Za-z0-9+/]{80,1000}={0,2}' },
  },
  eachOnce: { field: 'approver', listedIn: approvalsDifference },
});

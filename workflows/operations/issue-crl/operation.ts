// SPDX-License-Identifier: Apache-2.0
// IssueRootCrl has the root sign its next CRL before the last one ends. RevokeCertificate has it list one certificate more.
import type { Operation } from '../../contracts/run/operation.ts';

export const issueRootCrl = {
  type: 'IssueRootCrl',
  slug: 'issue-crl',
  kind: 'authority',
  acts: 'changes',
  summary: 'renew CRL of authority',
} as const satisfies Operation;

export const revokeCertificate = {
  type: 'RevokeCertificate',
  slug: 'revoke-ca',
  kind: 'authority',
  acts: 'changes',
  summary: 'revoke certificate of authority',
} as const satisfies Operation;

// SPDX-License-Identifier: Apache-2.0
// IssueIntermediateCa has a root on a token sign the certificate of an intermediate on another; PlanIntermediateCa looks how far it is.
import type { Operation } from '../../contracts/run/operation.ts';

export const issueIntermediateCa = {
  type: 'IssueIntermediateCa',
  slug: 'issue-ca',
  kind: 'authority',
  acts: 'changes',
  summary: 'issue intermediate of authority',
} as const satisfies Operation;

export const planIntermediateCa = {
  type: 'PlanIntermediateCa',
  slug: 'plan-ca',
  kind: 'authority',
  acts: 'observes',
  summary: 'plan intermediate of authority',
} as const satisfies Operation;

// SPDX-License-Identifier: Apache-2.0
// RenewCertificates issues the certificates of a live box that near their end, and restarts what uses them.
import type { Operation } from '../../contracts/run/operation.ts';

export const renewCertificates = {
  type: 'RenewCertificates',
  slug: 'renew-certificates',
  kind: 'box',
  acts: 'changes',
  summary: 'renew certificates of box',
} as const satisfies Operation;

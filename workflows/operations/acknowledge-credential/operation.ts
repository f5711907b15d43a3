// SPDX-License-Identifier: Apache-2.0
// AcknowledgeCredential records that a consumer uses a generation of a credential.
import type { Operation } from '../../contracts/run/operation.ts';

export const acknowledgeCredential = {
  type: 'AcknowledgeCredential',
  slug: 'acknowledge-credential',
  kind: 'cloud',
  acts: 'changes',
  summary: 'acknowledge credential',
} as const satisfies Operation;

// SPDX-License-Identifier: Apache-2.0
// RotateServiceCredentials replaces the application credentials of service users before they expire.
import type { Operation } from '../../contracts/run/operation.ts';

export const rotateServiceCredentials = {
  type: 'RotateServiceCredentials',
  slug: 'rotate-credentials',
  kind: 'box',
  acts: 'changes',
  summary: 'rotate service credentials of box',
} as const satisfies Operation;

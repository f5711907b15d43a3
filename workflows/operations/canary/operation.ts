// SPDX-License-Identifier: Apache-2.0
// Canary uses a cloud as a tenant does and ends with what it saw, good or bad.
import type { Operation } from '../../contracts/run/operation.ts';

export const canary = {
  type: 'Canary',
  slug: 'canary',
  kind: 'cloud',
  acts: 'measures',
  summary: 'run a canary in cloud',
} as const satisfies Operation;

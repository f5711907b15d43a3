// SPDX-License-Identifier: Apache-2.0
// DriftBox compares a live box with its recorded spec, step by step.
import type { Operation } from '../../contracts/run/operation.ts';

export const driftBox = {
  type: 'DriftBox',
  slug: 'drift',
  kind: 'box',
  acts: 'observes',
  summary: 'look for drift of box',
} as const satisfies Operation;

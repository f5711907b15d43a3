// SPDX-License-Identifier: Apache-2.0
// StartBox boots a box that is off, and waits until its services answer. It changes no file in it.
import type { Operation } from '../../contracts/run/operation.ts';

export const startBox = {
  type: 'StartBox',
  slug: 'start-box',
  kind: 'box',
  acts: 'changes',
  summary: 'start box',
} as const satisfies Operation;

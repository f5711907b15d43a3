// SPDX-License-Identifier: Apache-2.0
// DestroyBox removes a box and everything that belongs to it from this machine.
import type { Operation } from '../../contracts/run/operation.ts';

export const destroyBox = {
  type: 'DestroyBox',
  slug: 'destroy-box',
  kind: 'box',
  acts: 'changes',
  summary: 'destroy box',
} as const satisfies Operation;

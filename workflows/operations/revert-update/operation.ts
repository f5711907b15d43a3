// SPDX-License-Identifier: Apache-2.0
// RevertUpdate lays a box on the image that it had before its last update, whatever that update came to.
import type { Operation } from '../../contracts/run/operation.ts';

export const revertUpdate = {
  type: 'RevertUpdate',
  slug: 'revert-update',
  kind: 'box',
  acts: 'changes',
  summary: 'take back the last update of box',
} as const satisfies Operation;

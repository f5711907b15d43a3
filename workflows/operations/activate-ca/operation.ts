// SPDX-License-Identifier: Apache-2.0
// ActivateIntermediate has the box of an authority issue leaves by an intermediate that a ceremony made.
import type { Operation } from '../../contracts/run/operation.ts';

export const activateIntermediate = {
  type: 'ActivateIntermediate',
  slug: 'activate-ca',
  kind: 'authority',
  acts: 'changes',
  summary: 'activate intermediate of authority',
} as const satisfies Operation;

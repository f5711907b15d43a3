// SPDX-License-Identifier: Apache-2.0
// DestroyMirror removes a mirror's box with everything that it holds.
import type { Operation } from '../../contracts/run/operation.ts';

export const destroyMirror = {
  type: 'DestroyMirror',
  slug: 'destroy-mirror',
  kind: 'site',
  acts: 'changes',
  summary: 'destroy mirror',
} as const satisfies Operation;

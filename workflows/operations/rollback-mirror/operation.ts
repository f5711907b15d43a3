// SPDX-License-Identifier: Apache-2.0
// RollbackMirror publishes a kept revision of a mirror again.
import type { Operation } from '../../contracts/run/operation.ts';

export const rollbackMirror = {
  type: 'RollbackMirror',
  slug: 'rollback-mirror',
  kind: 'site',
  acts: 'changes',
  summary: 'roll back mirror',
} as const satisfies Operation;

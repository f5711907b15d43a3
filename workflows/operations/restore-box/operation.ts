// SPDX-License-Identifier: Apache-2.0
// RestoreBox puts the databases of a box back to one of its dumps. RestoreNova puts back the databases of Nova alone.
import type { Operation } from '../../contracts/run/operation.ts';

export const restoreBox = {
  type: 'RestoreBox',
  slug: 'restore-box',
  kind: 'box',
  acts: 'changes',
  summary: 'put back databases of box',
} as const satisfies Operation;

export const restoreNova = {
  type: 'RestoreNova',
  slug: 'restore-nova',
  kind: 'box',
  acts: 'changes',
  summary: 'put back databases of Nova in box',
} as const satisfies Operation;

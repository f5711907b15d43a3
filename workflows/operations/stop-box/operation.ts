// SPDX-License-Identifier: Apache-2.0
// StopBox switches a box off as a machine is: its services and guests end, and all that it holds stays.
import type { Operation } from '../../contracts/run/operation.ts';

export const stopBox = {
  type: 'StopBox',
  slug: 'stop-box',
  kind: 'box',
  acts: 'changes',
  summary: 'stop box',
} as const satisfies Operation;

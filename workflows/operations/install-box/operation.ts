// SPDX-License-Identifier: Apache-2.0
// InstallBox makes a box as its spec says. PlanBox reports what InstallBox would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const installBox = {
  type: 'InstallBox',
  slug: 'install-box',
  kind: 'box',
  acts: 'changes',
  summary: 'install box',
} as const satisfies Operation;

export const planBox = {
  type: 'PlanBox',
  slug: 'plan',
  kind: 'box',
  acts: 'observes',
  summary: 'plan box',
} as const satisfies Operation;

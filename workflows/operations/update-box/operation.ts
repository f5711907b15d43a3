// SPDX-License-Identifier: Apache-2.0
// UpdateBox brings the packages of a box up to date within its release. PlanUpdate reports which are behind.
import type { Operation } from '../../contracts/run/operation.ts';

export const updateBox = {
  type: 'UpdateBox',
  slug: 'update-box',
  kind: 'box',
  acts: 'changes',
  summary: 'update packages of box',
} as const satisfies Operation;

export const planUpdate = {
  type: 'PlanUpdate',
  slug: 'plan-update',
  kind: 'box',
  acts: 'observes',
  summary: 'look for updates of box',
} as const satisfies Operation;

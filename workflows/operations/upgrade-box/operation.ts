// SPDX-License-Identifier: Apache-2.0
// UpgradeBox takes a box to the next release of Debian and OpenStack. PlanUpgrade reports what UpgradeBox would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const upgradeBox = {
  type: 'UpgradeBox',
  slug: 'upgrade-box',
  kind: 'box',
  acts: 'changes',
  summary: 'upgrade box',
} as const satisfies Operation;

export const planUpgrade = {
  type: 'PlanUpgrade',
  slug: 'plan-upgrade',
  kind: 'box',
  acts: 'observes',
  summary: 'plan the upgrade of box',
} as const satisfies Operation;

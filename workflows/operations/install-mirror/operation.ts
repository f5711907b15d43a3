// SPDX-License-Identifier: Apache-2.0
// InstallMirror makes the box of a mirror as its spec says. PlanMirror reports what it would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const installMirror = {
  type: 'InstallMirror',
  slug: 'install-mirror',
  kind: 'site',
  acts: 'changes',
  summary: 'install mirror',
} as const satisfies Operation;

export const planMirror = {
  type: 'PlanMirror',
  slug: 'plan-mirror',
  kind: 'site',
  acts: 'observes',
  summary: 'plan mirror',
} as const satisfies Operation;

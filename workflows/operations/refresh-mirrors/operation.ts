// SPDX-License-Identifier: Apache-2.0
// RefreshMirrors makes one revision of what a mirror serves, and publishes it once clients took it. PlanRefresh reports
// what it would fetch.
import type { Operation } from '../../contracts/run/operation.ts';

export const refreshMirrors = {
  type: 'RefreshMirrors',
  slug: 'refresh-mirrors',
  kind: 'site',
  acts: 'changes',
  summary: 'refresh mirror',
} as const satisfies Operation;

export const planRefresh = {
  type: 'PlanRefresh',
  slug: 'plan-refresh',
  kind: 'site',
  acts: 'observes',
  summary: 'plan the refresh of mirror',
} as const satisfies Operation;

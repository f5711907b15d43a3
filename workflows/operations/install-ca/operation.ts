// SPDX-License-Identifier: Apache-2.0
// InstallAuthority makes the box in which an authority answers. PlanAuthority reports what it would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const installAuthority = {
  type: 'InstallAuthority',
  slug: 'install-ca',
  kind: 'authority',
  acts: 'changes',
  summary: 'install box of authority',
} as const satisfies Operation;

export const planAuthority = {
  type: 'PlanAuthority',
  slug: 'plan-ca-box',
  kind: 'authority',
  acts: 'observes',
  summary: 'plan box of authority',
} as const satisfies Operation;

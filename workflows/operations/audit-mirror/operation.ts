// SPDX-License-Identifier: Apache-2.0
// AuditMirror reports who asked the proxy of a mirror for what.
import type { Operation } from '../../contracts/run/operation.ts';

export const auditMirror = {
  type: 'AuditMirror',
  slug: 'audit-mirror',
  kind: 'site',
  acts: 'observes',
  summary: 'audit the proxy of mirror',
} as const satisfies Operation;

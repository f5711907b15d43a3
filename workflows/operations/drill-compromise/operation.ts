// SPDX-License-Identifier: Apache-2.0
// DrillCompromise replaces an intermediate whose key counts as lost, and all that it certified, by runs of the usual operations.
import type { Operation } from '../../contracts/run/operation.ts';

export const drillCompromise = {
  type: 'DrillCompromise',
  slug: 'drill-compromise',
  kind: 'authority',
  acts: 'changes',
  summary: 'replace lost intermediate of authority',
} as const satisfies Operation;

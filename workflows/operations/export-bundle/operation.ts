// SPDX-License-Identifier: Apache-2.0
// ExportBundle writes what a mirror publishes into a folder, for a site that no network reaches.
import type { Operation } from '../../contracts/run/operation.ts';

export const exportBundle = {
  type: 'ExportBundle',
  slug: 'export-bundle',
  kind: 'site',
  acts: 'changes',
  summary: 'export a bundle of mirror',
} as const satisfies Operation;

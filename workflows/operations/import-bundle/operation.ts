// SPDX-License-Identifier: Apache-2.0
// ImportBundle publishes what a medium carries from another mirror, once its signatures and real clients took it.
import type { Operation } from '../../contracts/run/operation.ts';

export const importBundle = {
  type: 'ImportBundle',
  slug: 'import-bundle',
  kind: 'site',
  acts: 'changes',
  summary: 'import a bundle into mirror',
} as const satisfies Operation;

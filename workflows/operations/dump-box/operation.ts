// SPDX-License-Identifier: Apache-2.0
// DumpBox keeps a copy of every database of a live box on the machine that holds it, and removes old copies.
import type { Operation } from '../../contracts/run/operation.ts';

export const dumpBox = {
  type: 'DumpBox',
  slug: 'dump-box',
  kind: 'box',
  acts: 'changes',
  summary: 'dump databases of box',
} as const satisfies Operation;

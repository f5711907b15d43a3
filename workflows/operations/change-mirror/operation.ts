// SPDX-License-Identifier: Apache-2.0
// ChangeMirror publishes a revision of a mirror with one thing more or less, and records the spec that names it.
import type { Operation } from '../../contracts/run/operation.ts';

export const changeMirror = {
  type: 'ChangeMirror',
  slug: 'change-mirror',
  kind: 'site',
  acts: 'changes',
  summary: 'change what is mirrored by',
} as const satisfies Operation;

// SPDX-License-Identifier: Apache-2.0
// PushImages pushes the images that a mirror publishes into another registry.
import type { Operation } from '../../contracts/run/operation.ts';

export const pushImages = {
  type: 'PushImages',
  slug: 'push-images',
  kind: 'site',
  acts: 'changes',
  summary: 'push the images of mirror',
} as const satisfies Operation;

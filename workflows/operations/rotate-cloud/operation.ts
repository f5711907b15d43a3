// SPDX-License-Identifier: Apache-2.0
// RotateCloudCredentials replaces the application credentials of users of a cloud that is no box.
import type { Operation } from '../../contracts/run/operation.ts';

export const rotateCloudCredentials = {
  type: 'RotateCloudCredentials',
  slug: 'rotate-cloud',
  kind: 'cloud',
  acts: 'changes',
  summary: 'rotate credentials of cloud',
} as const satisfies Operation;

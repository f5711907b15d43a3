// SPDX-License-Identifier: Apache-2.0
// RotateKeystoneKeys replaces the keys by which the Keystone of a box makes tokens and encrypts credentials.
import type { Operation } from '../../contracts/run/operation.ts';

export const rotateKeystoneKeys = {
  type: 'RotateKeystoneKeys',
  slug: 'rotate-keys',
  kind: 'box',
  acts: 'changes',
  summary: 'rotate keys of Keystone of box',
} as const satisfies Operation;

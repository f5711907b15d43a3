// SPDX-License-Identifier: Apache-2.0
// DestroyAuthority removes the box of an authority and sets its records aside. It asks no token, and revokes nothing.
import type { Operation } from '../../contracts/run/operation.ts';

export const destroyAuthority = {
  type: 'DestroyAuthority',
  slug: 'destroy-ca',
  kind: 'authority',
  acts: 'changes',
  summary: 'destroy authority',
} as const satisfies Operation;

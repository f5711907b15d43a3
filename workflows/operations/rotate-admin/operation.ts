// SPDX-License-Identifier: Apache-2.0
// RotateAdministratorPassword gives the administrator of a box another password, once a person agreed.
import type { Operation } from '../../contracts/run/operation.ts';

export const rotateAdministratorPassword = {
  type: 'RotateAdministratorPassword',
  slug: 'rotate-admin',
  kind: 'box',
  acts: 'changes',
  summary: 'rotate password of administrator of box',
} as const satisfies Operation;

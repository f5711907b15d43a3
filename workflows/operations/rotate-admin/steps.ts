// SPDX-License-Identifier: Apache-2.0
// RotateAdministratorPassword as a table: agreed, stored, set, in use, proven by the files that people log in by. Pure.
import { table } from '../../contracts/run/build-table.ts';
import { secretRef } from '../../contracts/box/brands.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { accessSteps } from '../../box/access/steps.ts';
import { keystoneAccess, type BoxPlan } from '../../box/plan.ts';
import { effect } from '../../ports/index.ts';

export function rotateAdministratorSteps(plan: BoxPlan): CompiledStep[] {
  const { box } = plan;
  const rotation = { ...keystoneAccess(plan), rotation: secretRef(`boxes/${box}/admin-rotation`) };
  const { access, token } = accessSteps(plan);
  if (access === undefined || token === undefined) throw new Error(`Box ${box} has no access files`);
  return table({
    intended: {
      title: 'Next password of the administrator stored',
      gate: 'Keystone takes one password at a time: a client that logs in by the present one is locked out, and every token of admin ends',
      ...effect('observePasswordIntended', 'intendPassword', rotation),
    },
    set: {
      title: 'Keystone takes the next password',
      settleSeconds: 10,
      ...effect('observePasswordSet', 'setPassword', rotation),
    },
    stored: {
      title: 'Stored password is the one that Keystone takes',
      ...effect('observePasswordStored', 'storePassword', rotation),
    },
    access: { ...access, after: ['stored'] },
    token: { ...token, after: ['access'] },
    ended: {
      title: 'Rotation recorded as over',
      ...effect('observePasswordEnded', 'endPassword', rotation),
    },
  });
}

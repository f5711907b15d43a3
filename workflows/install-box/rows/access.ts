// SPDX-License-Identifier: Apache-2.0
// How people reach the cloud, and the proof that they do.
import { call } from '../../ports/index.ts';
import type { BoxPlan } from '../plan.ts';
import type { Rows } from './calls.ts';

export function accessRows(plan: BoxPlan): Rows {
  const { box, spec, adminPassword, publicAuthUrl } = plan;
  const access = { box, authUrl: publicAuthUrl, region: spec.region, adminPassword, cloud: `${box}-admin` };
  return {
    access: {
      ...{ title: 'Access files written', after: ['spec', 'secrets', 'certificate-authority'] },
      ...{ observe: call('observeAccess', access), apply: call('writeAccess', access) },
    },
    token: {
      ...{ title: 'Token issued from outside', after: ['keystone.catalog', 'access'], tries: 3 },
      observe: call('observeToken', { box, cloud: access.cloud }),
    },
  };
}

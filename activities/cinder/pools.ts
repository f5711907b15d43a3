// SPDX-License-Identifier: Apache-2.0
// Whether Cinder's scheduler has a report of where it can make volumes. Makes none.
import type { CinderPort } from '../../workflows/ports/cloud/cinder.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { withCloud } from '../clients/openstack/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { observing } from '../step-scope.ts';

export function volumePoolActivities({ secrets }: Clients): Pick<CinderPort, 'observeVolumePools'> {
  return {
    observeVolumePools: observing(async (args) => {
      const login = await adminLogin(secrets, args);
      const what = `places for volumes on ${args.host}`;
      return withCloud(login, async ({ blockStorage }) => {
        // What the scheduler counts as down is not in its list.
        const pools = await blockStorage.pools.list();
        const ours = pools.filter(({ name }) => name.startsWith(`${args.host}@`));
        return ours.length > 0 ? [] : [{ what, have: 'none reported', want: 'reported' }];
      }).catch(silentWithoutAdmin(args));
    }),
  };
}

// SPDX-License-Identifier: Apache-2.0
// Asks one service as a plain user for what that user has there: whether it serves, not only answers. Changes nothing.
import type { CanaryPort, ServiceUseArgs } from '../../workflows/ports/cloud/canary.ts';
import { accessDirectory, readCloud } from '../clients/openstack/access-files.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { observing } from '../step-scope.ts';

export function serviceUseActivities({ stateDirectory }: Clients): Pick<CanaryPort, 'observeServiceUse'> {
  return {
    observeServiceUse: observing(async (args) => {
      const login = await readCloud(accessDirectory(stateDirectory, args.box), args.cloud);
      const found = await withCloud(login, (client) => seen(client, args));
      const what = `${args.wanted} of ${args.cloud}`;
      return found ? [] : [{ what, have: 'not seen by its user', want: 'seen' }];
    }),
  };
}

async function seen(client: OpenStackClient, { service, wanted }: ServiceUseArgs): Promise<boolean> {
  if (service === 'image') {
    return (await client.image.images.list({ name: wanted, status: 'active' })).length > 0;
  }
  if (service === 'network') return (await client.network.networks.list({ name: wanted })).length > 0;
  const { catalog } = await client.issueToken();
  return catalog.some(({ type }) => type === wanted);
}

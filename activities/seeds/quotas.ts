// SPDX-License-Identifier: Apache-2.0
// Makes a project's limits be as wanted. Limits that the spec does not name are left alone.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { QuotaArgs, SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { applying, observing } from '../step-scope.ts';
import { projectIdOf } from './projects.ts';

export function quotaActivities(clients: Clients): Pick<SeedsPort, 'observeQuotas' | 'ensureQuotas'> {
  return {
    observeQuotas: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, (client) => differences(client, args)).catch(silentWithoutAdmin(args));
    }),
    ensureQuotas: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, async (client) => {
        const projectId = await projectIdOf(client, args.owner);
        // Only what differs: an attempt after a killed one would write the rest a second time.
        const { quotaSets } = client.compute;
        const compute = differing(args.compute, { ...(await quotaSets.get(projectId)) });
        if (Object.keys(compute).length > 0) await quotaSets.update(projectId, compute);
        const { quotas } = client.network;
        const network = differing(args.network, { ...(await quotas.get(projectId)) });
        if (Object.keys(network).length > 0) await quotas.update(projectId, network);
        const volume = differing(args.volume ?? {}, await volumeLimits(client, projectId, args));
        if (Object.keys(volume).length > 0) await client.blockStorage.quotaSets.update(projectId, volume);
        return undefined;
      });
    }),
  };
}

type Limits = Readonly<Record<string, number>>;

async function volumeLimits(
  { blockStorage }: OpenStackClient,
  projectId: string,
  { volume }: QuotaArgs,
): Promise<Limits> {
  return volume === undefined ? {} : { ...(await blockStorage.quotaSets.get(projectId)) };
}

const differing = (want: Limits, have: Limits): Limits =>
  Object.fromEntries(Object.entries(want).filter(([name, limit]) => have[name] !== limit));

async function differences(client: OpenStackClient, args: QuotaArgs): Promise<Difference[]> {
  const projectId = await projectIdOf(client, args.owner);
  const have: Limits = {
    ...(await client.compute.quotaSets.get(projectId)),
    ...(await client.network.quotas.get(projectId)),
    ...(await volumeLimits(client, projectId, args)),
  };
  const { project } = args.owner;
  return Object.entries(differing({ ...args.compute, ...args.network, ...args.volume }, have)).map(
    ([name, want]) => ({
      what: `limit ${name} of project ${project}`,
      have: String(have[name]),
      want: String(want),
    }),
  );
}

// SPDX-License-Identifier: Apache-2.0
// Makes a project's limits be as wanted. Limits that the spec does not name are left alone.
// Touches: the cloud's APIs
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { QuotaArgs, SeedsPort } from '../../workflows/ports/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/admin-login.ts';
import { applying, observing } from '../row-scope.ts';
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
        if (Object.keys(args.compute).length > 0)
          await client.compute.quotaSets.update(projectId, args.compute);
        if (Object.keys(args.network).length > 0) await client.network.quotas.update(projectId, args.network);
        return undefined;
      });
    }),
  };
}

async function differences(client: OpenStackClient, args: QuotaArgs): Promise<Difference[]> {
  const projectId = await projectIdOf(client, args.owner);
  const have: Record<string, number> = {
    ...(await client.compute.quotaSets.get(projectId)),
    ...(await client.network.quotas.get(projectId)),
  };
  const { project } = args.owner;
  return Object.entries({ ...args.compute, ...args.network })
    .filter(([name, want]) => have[name] !== want)
    .map(([name, want]) => ({
      ...{ what: `limit ${name} of project ${project}`, have: String(have[name]), want: String(want) },
    }));
}

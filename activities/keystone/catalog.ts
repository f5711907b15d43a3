// SPDX-License-Identifier: Apache-2.0
// Makes Keystone know the region, services, endpoints, roles and projects that the table names. Removes nothing else.
// Touches: Keystone's API
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { CatalogArgs, KeystonePort } from '../../workflows/ports/keystone.ts';
import type { Clients } from '../clients/index.ts';
import { isUnauthorized, withKeystone, type OpenStackClient } from '../clients/keystone.ts';
import { Failure } from '../clients/failure.ts';
import { applying, observing } from '../row-scope.ts';
import { adminLogin } from './administrator.ts';

const interfaces = ['public', 'internal', 'admin'] as const;
/** Keystone's built-in domain. */
const domainId = 'default';

export function catalogActivities(clients: Clients): Pick<KeystonePort, 'observeCatalog' | 'ensureCatalog'> {
  return {
    observeCatalog: observing(async (args) => {
      const login = await adminLogin(clients, args);
      return withKeystone(login, (client) => differences(client, args)).catch((error: unknown) => {
        // No administrator, no look: the row before this one has to be mended first.
        if (!isUnauthorized(error)) throw error;
        throw new Failure('Unreachable', 'The administrator cannot log in', {
          on: args.authUrl,
          cause: error,
        });
      });
    }),
    ensureCatalog: applying(async (args) =>
      withKeystone(await adminLogin(clients, args), (client) => ensure(client, args)),
    ),
  };
}

async function differences({ identity }: OpenStackClient, args: CatalogArgs): Promise<Difference[]> {
  const found: Difference[] = [];
  const missing = (what: string): number => found.push({ what, have: 'absent', want: 'present' });
  const [roles, projects, services, endpoints] = await Promise.all([
    identity.roles.list(),
    identity.projects.list({ domainId }),
    identity.services.list(),
    identity.endpoints.list(),
  ]);
  for (const name of args.roles) if (!roles.some((role) => role.name === name)) missing(`role ${name}`);
  for (const project of args.projects) {
    const present = projects.find(({ name }) => name === project.name);
    if (present === undefined) missing(`project ${project.name}`);
    else if (!present.enabled)
      found.push({ what: `project ${project.name}`, have: 'disabled', want: 'enabled' });
  }
  for (const wanted of args.services) {
    const service = services.find(({ type, name }) => type === wanted.type && name === wanted.name);
    if (service === undefined) {
      missing(`service ${wanted.name}`);
      continue;
    }
    for (const face of interfaces) {
      const endpoint = endpoints.find(
        (each) => each.serviceId === service.id && each.interface === face && each.regionId === args.region,
      );
      const what = `${face} endpoint of ${wanted.name}`;
      if (endpoint === undefined) missing(what);
      else if (endpoint.url !== wanted.urls[face])
        found.push({ what, have: endpoint.url, want: wanted.urls[face] });
    }
  }
  return found;
}

async function ensure({ identity }: OpenStackClient, args: CatalogArgs): Promise<undefined> {
  await identity.regions.ensure({ id: args.region });
  for (const name of args.roles) await identity.roles.ensure({ name });
  for (const { name, description } of args.projects) {
    const project = await identity.projects.ensure({ name, domainId, description });
    if (!project.enabled) await identity.projects.update(project.id, { enabled: true });
  }
  for (const { name, type, urls } of args.services) {
    const service = await identity.services.ensure({ name, type });
    for (const face of interfaces) {
      const wanted = { serviceId: service.id, interface: face, regionId: args.region, url: urls[face] };
      const endpoint = await identity.endpoints.ensure(wanted);
      if (endpoint.url !== wanted.url) await identity.endpoints.update(endpoint.id, { url: wanted.url });
    }
  }
  return undefined;
}

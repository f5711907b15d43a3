// SPDX-License-Identifier: Apache-2.0
// Makes Keystone know the region, services, endpoints, roles and projects that the table names. Removes nothing else.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CatalogArgs, KeystonePort } from '../../workflows/ports/cloud/keystone.ts';
import type { Clients } from '../clients/index.ts';
import { forgetTokens, withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import { applying, observing } from '../step-scope.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';

const interfaces = ['public', 'internal', 'admin'] as const;

export function catalogActivities(clients: Clients): Pick<KeystonePort, 'observeCatalog' | 'ensureCatalog'> {
  return {
    observeCatalog: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, (client) => differences(client, args)).catch(silentWithoutAdmin(args));
    }),
    ensureCatalog: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      const applied = await withCloud(login, (client) => ensure(client, args));
      // The catalog in their tokens is the one before.
      await forgetTokens(login);
      return applied;
    }),
  };
}

async function differences({ identity }: OpenStackClient, args: CatalogArgs): Promise<Difference[]> {
  const found: Difference[] = [];
  const missing = (what: string): number => found.push({ what, have: 'absent', want: 'present' });
  const [roles, domains, projects, services, endpoints] = await Promise.all([
    identity.roles.list(),
    identity.domains.list(),
    identity.projects.list(),
    identity.services.list(),
    identity.endpoints.list(),
  ]);
  for (const name of args.roles) if (!roles.some((role) => role.name === name)) missing(`role ${name}`);
  for (const { name } of args.domains)
    if (!domains.some((domain) => domain.name === name)) missing(`domain ${name}`);
  for (const project of args.projects) {
    const domainId = domains.find(({ name }) => name === project.domain)?.id;
    const present = projects.find((each) => each.name === project.name && each.domainId === domainId);
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
  for (const { name, description } of args.domains) await identity.domains.ensure({ name, description });
  const domains = await identity.domains.list();
  for (const { name, description, domain } of args.projects) {
    const domainId = domains.find((each) => each.name === domain)?.id ?? '';
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

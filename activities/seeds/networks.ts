// SPDX-License-Identifier: Apache-2.0
// Makes a project's first network, subnet and router exist, and the way outside where the spec names one.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { NetworkSeedArgs, SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { applying, observing } from '../step-scope.ts';
import { projectIdOf } from './projects.ts';

type Wire = Pick<SeedsPort, 'observeNetworkSeed' | 'ensureNetworkSeed'>;

export function networkSeedActivities(clients: Clients): Wire {
  return {
    observeNetworkSeed: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, (client) => differences(client, args)).catch(silentWithoutAdmin(args));
    }),
    ensureNetworkSeed: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, (client) => ensure(client, args));
    }),
  };
}

async function differences(client: OpenStackClient, args: NetworkSeedArgs): Promise<Difference[]> {
  const { network } = client;
  const projectId = await projectIdOf(client, args.owner);
  const absent = (what: string): Difference => ({ what, have: 'absent', want: 'present' });
  const inner = await network.networks.find({ name: args.network, projectId });
  const router = await network.routers.find({ name: args.router, projectId });
  const subnets = inner === undefined ? [] : await network.subnets.list({ networkId: inner.id });
  const subnet = subnets.find(({ name }) => name === args.subnet.name);
  const found: Difference[] = [];
  if (inner === undefined) found.push(absent(`network ${args.network}`));
  if (subnet === undefined) found.push(absent(`subnet ${args.subnet.name}`));
  else if (subnet.cidr !== args.subnet.cidr)
    found.push({ what: `subnet ${args.subnet.name}`, have: subnet.cidr, want: args.subnet.cidr });
  if (router === undefined) return [...found, absent(`router ${args.router}`)];
  const ports = await network.ports.list({ deviceId: router.id });
  const isJoined = ports.some(({ networkId }) => networkId === inner?.id);
  if (!isJoined)
    found.push({ what: `router ${args.router}`, have: `not on ${args.network}`, want: 'joined' });
  return [...found, ...(await outsideDifferences(client, args, router.externalGatewayInfo?.networkId))];
}

async function outsideDifferences(
  { network }: OpenStackClient,
  { outside, router }: NetworkSeedArgs,
  gatewayNetworkId: string | undefined,
): Promise<Difference[]> {
  if (outside === null) return [];
  const external = (await network.networks.list({ name: outside.network })).find((each) => each.external);
  if (external === undefined)
    return [{ what: `network ${outside.network}`, have: 'absent', want: 'present' }];
  const [subnet] = await network.subnets.list({ networkId: external.id });
  return [
    ...(subnet?.cidr === outside.cidr
      ? []
      : [{ what: `subnet of ${outside.network}`, have: subnet?.cidr ?? 'absent', want: outside.cidr }]),
    ...(gatewayNetworkId === external.id
      ? []
      : [{ what: `gateway of router ${router}`, have: 'another or none', want: outside.network }]),
  ];
}

async function ensure(client: OpenStackClient, args: NetworkSeedArgs): Promise<undefined> {
  const { network } = client;
  const projectId = await projectIdOf(client, args.owner);
  const inner = await network.networks.ensure({ name: args.network, projectId });
  const { name, cidr } = args.subnet;
  const subnet = await network.subnets.ensure({ name, cidr, networkId: inner.id, projectId, ipVersion: 4 });
  const router = await network.routers.ensure({ name: args.router, projectId });
  await network.routers.addInterface(router.id, { subnetId: subnet.id });
  if (args.outside === null) return undefined;
  const networkId = await ensureOutside(client, args.outside);
  await network.routers.update(router.id, { externalGatewayInfo: { networkId } });
  return undefined;
}

async function ensureOutside(
  { network }: OpenStackClient,
  outside: NonNullable<NetworkSeedArgs['outside']>,
): Promise<string> {
  const external = await network.networks.ensure({
    name: outside.network,
    external: true,
    providerNetworkType: 'flat',
    providerPhysicalNetwork: outside.physicalNetwork,
  });
  const subnet = { name: outside.network, cidr: outside.cidr, networkId: external.id };
  await network.subnets.ensure({ ...subnet, ipVersion: 4, enableDhcp: false });
  return external.id;
}

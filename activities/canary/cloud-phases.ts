// SPDX-License-Identifier: Apache-2.0
// The phases that make a server with its surroundings, as a plain user does. What is in it, others look at.
import { guestImageName } from '../../workflows/contracts/box/guest-image.ts';
import { Failure } from '../clients/failure.ts';
import { requirePart, throughputPort, until, type CanaryContext } from './context.ts';
import { sweep } from './sweep.ts';

/** The file by which user data is seen to have run. */
export const userDataFile = '/tmp/holdfast-canary';

/** @source nova needs 14 s for a server under emulation, ten times that beside busy neighbours */
const activeSecondsMax = 300;

/** The network is the run's own, so its range may be the same in every run. */
const cidr = '10.66.0.0/24';

export async function tidy({ client, nonce }: CanaryContext): Promise<{ note?: string }> {
  const removed = await sweep(client, nonce);
  return removed === 0 ? {} : { note: `${removed} left by earlier runs` };
}

export async function lookUp(canary: CanaryContext): Promise<void> {
  const { client, request, parts, authUrl } = canary;
  const name = request.image ?? guestImageName;
  const [image] = await client.image.images.list({ name, status: 'active' });
  if (image === undefined) throw missing(`image ${name}`, authUrl);
  const flavors = (await client.compute.flavors.list())
    .filter(({ ram, disk }) => ram >= image.minRam && (disk === 0 || disk >= image.minDisk))
    .sort((a, b) => a.ram - b.ram || a.vcpus - b.vcpus || a.disk - b.disk);
  const flavor = flavors.find((each) => request.flavor === undefined || each.name === request.flavor);
  if (flavor === undefined) throw missing(`flavor ${request.flavor ?? `for ${name}`}`, authUrl);
  const wanted = request.externalNetwork;
  const outside = (await client.network.networks.list({ external: true })).filter(
    (each) => wanted === undefined || each.name === wanted,
  );
  const [external, another] = outside;
  if (external === undefined) throw missing(`external network ${wanted ?? ''}`.trim(), authUrl);
  if (another !== undefined) {
    const names = outside.map((each) => each.name).join(', ');
    throw new Failure('InvalidInput', `Several external networks, name one of them: ${names}`, {
      on: authUrl,
    });
  }
  // What the SCS standard has every image say.
  const user = image.properties['image_original_user'];
  Object.assign(parts, {
    imageId: image.id,
    flavorId: flavor.id,
    externalNetworkId: external.id,
    user: user === undefined || user === 'none' ? 'root' : user,
  });
}

const missing = (what: string, on: string): Failure =>
  new Failure('Rejected', `The user of the cloud cannot see any ${what}`, { on });

export async function keyPair({ client, prefix, key }: CanaryContext): Promise<void> {
  await client.compute.keypairs.create({ name: `${prefix}key`, publicKey: key.publicKey });
}

export async function network(canary: CanaryContext): Promise<void> {
  const { client, prefix, parts } = canary;
  const { networks, subnets, routers } = client.network;
  const { id: networkId } = await networks.create({ name: `${prefix}network` });
  const subnet = await subnets.create({ name: `${prefix}subnet`, networkId, cidr });
  const gateway = { networkId: requirePart(canary, 'externalNetworkId') };
  const router = await routers.create({ name: `${prefix}router`, externalGatewayInfo: gateway });
  await routers.addInterface(router.id, { subnetId: subnet.id });
  parts.networkId = networkId;
}

export async function securityGroup({ client, prefix, parts }: CanaryContext): Promise<void> {
  const { securityGroups, securityGroupRules } = client.network;
  const { id: securityGroupId } = await securityGroups.create({ name: `${prefix}group` });
  const inward = { securityGroupId, direction: 'ingress' } as const;
  await securityGroupRules.create({ ...inward, protocol: 'icmp' });
  for (const port of [22, throughputPort])
    await securityGroupRules.create({ ...inward, protocol: 'tcp', portRangeMin: port, portRangeMax: port });
  parts.securityGroupId = securityGroupId;
}

export async function server(canary: CanaryContext): Promise<void> {
  const { client, prefix, nonce, parts, signal } = canary;
  const { servers } = client.compute;
  const { id } = await servers.create({
    name: `${prefix}server`,
    imageId: requirePart(canary, 'imageId'),
    flavorId: requirePart(canary, 'flavorId'),
    networks: [{ networkId: requirePart(canary, 'networkId') }],
    keyName: `${prefix}key`,
    securityGroups: [requirePart(canary, 'securityGroupId')],
    userData: `#!/bin/sh\necho ${nonce} > ${userDataFile}\n`,
  });
  parts.serverId = id;
  await servers.waitFor(id, 'ACTIVE', { timeoutSeconds: activeSecondsMax, signal });
}

export async function floatingIp(canary: CanaryContext): Promise<{ note: string }> {
  const { client, prefix, parts } = canary;
  const [port] = await client.network.ports.list({ deviceId: requirePart(canary, 'serverId') });
  if (port === undefined) throw missing('port of the server', requirePart(canary, 'serverId'));
  const { floatingIpAddress } = await client.network.floatingIps.create({
    floatingNetworkId: requirePart(canary, 'externalNetworkId'),
    portId: port.id,
    description: `${prefix}address`,
  });
  parts.address = floatingIpAddress;
  await listedByNova(canary, floatingIpAddress);
  return { note: floatingIpAddress };
}

/** @source openstacksdk's create_server(auto_ip=True) waits for it 60 s; seen within 4 s under emulation */
const listedSecondsMax = 60;

/** Nova learns of it from Neutron, by its own user's rights. Clients wait for it there, not in Neutron. */
async function listedByNova(canary: CanaryContext, floatingIpAddress: string): Promise<void> {
  const serverId = requirePart(canary, 'serverId');
  const what = `Nova does not list the floating IP ${floatingIpAddress} among the server's addresses`;
  await until(canary, { what, on: serverId, secondsMax: listedSecondsMax }, async () => {
    const { addresses } = await canary.client.compute.servers.get(serverId);
    return addresses.some(({ address }) => address === floatingIpAddress) ? true : null;
  });
}

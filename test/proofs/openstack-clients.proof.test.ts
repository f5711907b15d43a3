// SPDX-License-Identifier: Apache-2.0
// openstack-client-ts against the real Glance, Nova, Neutron and Placement of a box, as an operator reaches them.
// Proves: openstack-client-ts/src
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import {
  createOpenStackClient,
  isOpenStackError,
  ServerFaultError,
  type Authentication,
  type Image,
  type OpenStackClient,
  type OpenStackError,
} from 'openstack-client-ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { borrow, type Borrowed, type SharedCloud } from '../system/shared-cloud.ts';

const mebibyte = 1024 * 1024;

let cloud: SharedCloud;
let giveBack: Borrowed['giveBack'];
let admin: OpenStackClient;
let projectId: string;
let userId: string;
const open: OpenStackClient[] = [];

beforeAll(async () => {
  ({ cloud, giveBack } = await borrow());
  admin = client();
  const token = await admin.issueToken();
  projectId = token.projectId ?? '';
  userId = token.userId;
}, 1_500_000);
afterAll(async () => {
  for (const each of open) await each.close();
  await giveBack();
});

function client(authentication?: Authentication): OpenStackClient {
  const made = createOpenStackClient({
    authUrl: cloud.authUrl,
    ca: cloud.ca,
    regionName: cloud.region,
    authentication: authentication ?? {
      type: 'password',
      username: 'admin',
      userDomainName: 'Default',
      password: cloud.password,
      projectName: 'admin',
      projectDomainName: 'Default',
    },
  });
  open.push(made);
  return made;
}

/** Names of this run's own, so that a test finds nothing that another one made. */
const unique = (stem: string): string => `client-${stem}-${randomBytes(4).toString('hex')}`;

async function errorOf(promise: Promise<unknown>): Promise<OpenStackError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!isOpenStackError(outcome)) throw new Error(`An OpenStackError was expected, not ${inspect(outcome)}`);
  return outcome;
}

/** So many mebibytes, each after a pause, adding to a hash. */
function bytes(mebibytes: number, pauseMilliseconds = 0, hash = createHash('md5')) {
  return async function* (): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < mebibytes; index += 1) {
      const piece = Buffer.alloc(mebibyte, index);
      hash.update(piece);
      yield piece;
      if (pauseMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  };
}

async function newImage(): Promise<Image> {
  return admin.image.images.create({ name: unique('image'), containerFormat: 'bare', diskFormat: 'raw' });
}

async function bootableImage(): Promise<Image> {
  const image = await newImage();
  await admin.image.images.upload(image.id, bytes(1), { sizeBytes: mebibyte });
  return image;
}

describe('versions of real services', () => {
  it('discoverVersion() answers for each service, and the pinned microversions are spoken', async () => {
    expect(await admin.image.discoverVersion()).toMatchObject({ id: expect.stringMatching(/^v2\./) });
    expect(await admin.network.discoverVersion()).toMatchObject({ id: 'v2.0' });
    for (const service of [admin.compute, admin.placement]) {
      const { minVersion = '', version = '' } = await service.discoverVersion();
      const minor = (text: string): number => Number(text.split('.')[1]);
      expect(minor(service.microversion)).toBeGreaterThanOrEqual(minor(minVersion));
      expect(minor(service.microversion)).toBeLessThanOrEqual(minor(version));
    }
  });

  it('list() is an unsupported-version, naming it, when the service does not speak the microversion', async () => {
    const compute = await errorOf(admin.compute.flavors.list({}, { microversion: '2.999' }));
    expect(compute).toMatchObject({ code: 'unsupported-version', status: 406 });
    expect(compute.message).toContain('does not speak "compute 2.999"');
    const placement = await errorOf(admin.placement.resourceProviders.list({}, { microversion: '9.99' }));
    expect(placement).toMatchObject({ code: 'unsupported-version', status: 406 });
  });
});

describe('application credentials of a real Keystone', () => {
  it('create() makes one that lets in with its roles until it is deleted', async () => {
    const { applicationCredentials } = admin.identity;
    const name = unique('credential');
    const expiresAt = new Date(Date.now() + 3_600_000);
    const made = await applicationCredentials.create(userId, {
      name,
      roles: [{ name: 'reader' }],
      expiresAt,
    });
    expect(made).toMatchObject({ name, projectId, unrestricted: false, roles: [{ name: 'reader' }] });
    expect(Date.parse(made.expiresAt ?? '')).toBe(expiresAt.getTime());
    expect(await applicationCredentials.find(userId, { name })).not.toHaveProperty('secret');
    expect((await applicationCredentials.list(userId)).map(({ id }) => id)).toContain(made.id);

    const program = client({ type: 'application-credential', id: made.id, secret: made.secret });
    expect((await program.issueToken()).roles).toMatchObject([{ name: 'reader' }]);
    expect((await errorOf(program.network.networks.create({ name }))).code).toBe('forbidden');
    const secret = unique('secret');
    const taken = await errorOf(applicationCredentials.create(userId, { name, secret }));
    expect(taken.code).toBe('conflict');
    expect(inspect(taken, { depth: null, showHidden: true })).not.toContain(secret);

    await applicationCredentials.delete(userId, made.id);
    await applicationCredentials.delete(userId, made.id);
    expect(await applicationCredentials.find(userId, { name })).toBeUndefined();
    const late = client({ type: 'application-credential', id: made.id, secret: made.secret });
    expect(['not-found', 'unauthorized']).toContain((await errorOf(late.issueToken())).code);
  });
});

describe('images of a real Glance', () => {
  it('ensure(), update() and delete() keep one image with its extra properties', async () => {
    const { images } = admin.image;
    const name = unique('image');
    const properties = { os_distro: 'plain', 'odd/na~me': 'first' };
    const image = await images.ensure({
      name,
      visibility: 'public',
      minRam: 32,
      tags: ['a', 'b'],
      properties,
    });
    expect(image).toMatchObject({ status: 'queued', visibility: 'public', minRam: 32, properties });
    expect((await images.ensure({ name })).id).toBe(image.id);
    const changed = await images.update(image.id, {
      minRam: 64,
      tags: ['b', 'c'],
      protected: true,
      hidden: true,
      properties: { os_distro: null, 'odd/na~me': 'second', os_version: '1' },
    });
    expect(changed).toMatchObject({ minRam: 64, protected: true, hidden: true });
    expect(changed.properties).toEqual({ 'odd/na~me': 'second', os_version: '1' });
    expect([...changed.tags].sort()).toEqual(['b', 'c']);
    expect(await images.list({ name })).toEqual([]);
    expect(await images.list({ name, hidden: true })).toHaveLength(1);
    expect((await errorOf(images.delete(image.id))).code).toBe('forbidden');
    await images.update(image.id, { protected: false });
    await images.delete(image.id);
    await images.delete(image.id);
    expect((await errorOf(images.get(image.id))).code).toBe('not-found');
  });

  it('upload() and download() carry every byte, from a function and from a stream', async () => {
    const { images } = admin.image;
    const image = await newImage();
    expect((await errorOf(images.download(image.id))).code).toBe('conflict');
    const sent = createHash('md5');
    await images.upload(image.id, bytes(64, 0, sent), { sizeBytes: 64 * mebibyte });
    const checksum = sent.digest('hex');
    expect(await images.get(image.id)).toMatchObject({ status: 'active', size: 64 * mebibyte, checksum });
    const { stream, sizeBytes } = await images.download(image.id);
    const received = createHash('md5');
    for await (const piece of stream) received.update(piece as Buffer);
    expect([sizeBytes, received.digest('hex')]).toEqual([64 * mebibyte, checksum]);
    const again = await errorOf(images.upload(image.id, bytes(1), { sizeBytes: mebibyte }));
    expect(again).toMatchObject({ code: 'conflict' });
    await images.delete(image.id);
    const other = await newImage();
    await images.upload(other.id, Readable.from([Buffer.alloc(1000), Buffer.alloc(24)]), { sizeBytes: 1024 });
    expect(await images.get(other.id)).toMatchObject({ status: 'active', size: 1024 });
    await images.delete(other.id);
  });

  it('upload() can be repeated once an aborted one is forgotten, and of two at once one is a conflict', async () => {
    const { images } = admin.image;
    const image = await newImage();
    const signal = AbortSignal.timeout(500);
    const sizeBytes = 32 * mebibyte;
    const aborted = await errorOf(images.upload(image.id, bytes(32, 50), { sizeBytes, signal }));
    expect(aborted.code).toBe('aborted');
    await expect.poll(async () => (await images.get(image.id)).status, { timeout: 30_000 }).toBe('queued');
    const outcomes = await Promise.allSettled(
      [0, 1].map(() => images.upload(image.id, bytes(32, 20), { sizeBytes })),
    );
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refused).toMatchObject([{ code: 'conflict' }]);
    expect(await images.get(image.id)).toMatchObject({ status: 'active', size: sizeBytes });
    await images.delete(image.id);
  });

  it('list() returns every image once when the pages are smaller than the list', async () => {
    const { images } = admin.image;
    const tag = unique('tag');
    const made = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => images.create({ name: `${tag}-${n}`, tags: [tag] })),
    );
    const ids = made.map(({ id }) => id).sort();
    for (const pageSize of [1, 2, 5, 50]) {
      expect((await images.list({ tag }, { pageSize })).map(({ id }) => id).sort()).toEqual(ids);
    }
    for (const id of ids) await images.delete(id);
  });
});

describe('networks of a real Neutron', () => {
  it('ensure() builds a network behind a router, with a floating address, and every step can be repeated', async () => {
    const { networks, subnets, routers, ports, floatingIps } = admin.network;
    const network = await networks.ensure({ name: unique('inner'), description: 'inner' });
    expect((await networks.ensure({ name: network.name, projectId })).id).toBe(network.id);
    const subnetInput = { name: 'inner', networkId: network.id, cidr: '10.201.1.0/24' };
    const subnet = await subnets.ensure({ ...subnetInput, dnsNameservers: ['10.0.0.1'] });
    expect(subnet).toMatchObject({ ipVersion: 4, gatewayIp: '10.201.1.1', dnsNameservers: ['10.0.0.1'] });
    expect((await subnets.ensure(subnetInput)).id).toBe(subnet.id);
    const outer = await networks.ensure({ name: unique('outer'), external: true });
    const outerInput = { name: 'outer', networkId: outer.id, cidr: '203.0.113.0/24', enableDhcp: false };
    const outerSubnet = await subnets.ensure(outerInput);
    const externalFixedIps = [{ subnetId: outerSubnet.id, ipAddress: '203.0.113.9' }];
    const gateway = { networkId: outer.id, externalFixedIps };
    const router = await routers.ensure({ name: unique('router'), externalGatewayInfo: gateway });
    expect(router.externalGatewayInfo).toMatchObject(gateway);
    const bare = await routers.update(router.id, { externalGatewayInfo: null });
    expect(bare.externalGatewayInfo).toBeUndefined();
    await routers.update(router.id, { externalGatewayInfo: { networkId: outer.id } });

    const portId = await routers.addInterface(router.id, { subnetId: subnet.id });
    expect(await routers.addInterface(router.id, { subnetId: subnet.id })).toBe(portId);
    expect(await routers.addInterface(router.id, { portId })).toBe(portId);
    expect((await errorOf(routers.delete(router.id))).code).toBe('conflict');
    expect((await routers.get(router.id)).externalGatewayInfo).toBeDefined();
    const port = await ports.ensure({
      name: 'port',
      networkId: network.id,
      fixedIps: [{ subnetId: subnet.id }],
    });
    expect((await ports.ensure({ name: 'port', networkId: network.id })).id).toBe(port.id);
    const target = { floatingNetworkId: outer.id, portId: port.id };
    const floating = await floatingIps.ensure(target);
    expect(floating).toMatchObject({ portId: port.id, fixedIpAddress: port.fixedIps[0]?.ipAddress });
    expect((await floatingIps.ensure(target)).id).toBe(floating.id);
    expect((await errorOf(routers.removeInterface(router.id, { subnetId: subnet.id }))).code).toBe(
      'conflict',
    );
    expect((await floatingIps.update(floating.id, { portId: null })).portId).toBeUndefined();
    for (const _repeated of [1, 2]) {
      await floatingIps.delete(floating.id);
      await routers.removeInterface(router.id, { subnetId: subnet.id });
      await routers.delete(router.id);
      await ports.delete(port.id);
      await networks.delete(network.id);
      await networks.delete(outer.id);
    }
    expect(await networks.find({ name: network.name })).toBeUndefined();
  });

  it('ensure() makes one rule for the same traffic, however it is written and whoever is first', async () => {
    const { securityGroups, securityGroupRules } = admin.network;
    const group = await securityGroups.ensure({ name: unique('group'), description: 'one' });
    expect((await securityGroups.ensure({ name: group.name })).id).toBe(group.id);
    expect((await securityGroups.update(group.id, { description: 'two' })).description).toBe('two');
    expect((await errorOf(securityGroups.create({ name: 'default' }))).code).toBe('conflict');
    const rule = { securityGroupId: group.id, direction: 'ingress' } as const;
    const ssh = { ...rule, protocol: 'tcp', portRangeMin: 22, portRangeMax: 22 };
    const rival = client();
    await rival.issueToken();
    const all = await Promise.all(
      [admin, rival, admin, rival].map(({ network }) => network.securityGroupRules.ensure(ssh)),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    for (const same of [{ protocol: 'TCP' }, { protocol: '6' }, { remoteIpPrefix: '0.0.0.0/0' }]) {
      expect((await securityGroupRules.ensure({ ...ssh, ...same })).id).toBe(all[0]?.id);
    }
    const others = [
      { ...rule, protocol: 'tcp' },
      { ...ssh, portRangeMax: 23 },
      { ...ssh, remoteGroupId: group.id },
      { ...ssh, ethertype: 'IPv6' as const },
      { ...rule, protocol: 'icmp', portRangeMin: 8, portRangeMax: 0 },
    ];
    for (const other of others) {
      const made = await securityGroupRules.ensure(other);
      expect(made.id).not.toBe(all[0]?.id);
      expect((await securityGroupRules.ensure(other)).id).toBe(made.id);
    }
    const complete = await securityGroupRules.list({ securityGroupId: group.id });
    for (const pageSize of [1, 3]) {
      const paged = await securityGroupRules.list({ securityGroupId: group.id }, { pageSize });
      expect(new Set(paged.map(({ id }) => id))).toEqual(new Set(complete.map(({ id }) => id)));
    }
    await securityGroups.delete(group.id);
    await securityGroups.delete(group.id);
  });

  it('defaultSecurityGroupRules, quotas, agents and extensions answer', async () => {
    const { defaultSecurityGroupRules, quotas, agents, extensions } = admin.network;
    const input = {
      direction: 'ingress',
      protocol: 'udp',
      portRangeMin: 12345,
      portRangeMax: 12345,
    } as const;
    const rule = await defaultSecurityGroupRules.ensure(input);
    expect(rule).toMatchObject({ usedInDefaultSg: false, usedInNonDefaultSg: true });
    expect((await defaultSecurityGroupRules.ensure(input)).id).toBe(rule.id);
    await defaultSecurityGroupRules.delete(rule.id);
    await defaultSecurityGroupRules.delete(rule.id);
    expect(await defaultSecurityGroupRules.find(input)).toBeUndefined();

    const before = await quotas.get(projectId);
    const changed = { network: before.network + 1, floatingIp: -1 };
    expect(await quotas.update(projectId, changed)).toEqual({ ...before, ...changed });
    await quotas.update(projectId, before);
    expect(await quotas.get(projectId)).toEqual(before);
    expect((await agents.list()).filter(({ alive }) => alive)).not.toEqual([]);
    expect((await extensions.list()).map(({ alias }) => alias)).toContain('router');
  });
});

describe('compute of a real Nova', () => {
  it('ensure() keeps one flavor, also a private one and for rivals, with its extra specs', async () => {
    const { flavors } = admin.compute;
    const input = { name: unique('flavor'), vcpus: 1, ram: 64, disk: 1, swap: 16, isPublic: false };
    const rival = client();
    await rival.issueToken();
    const all = await Promise.all(
      [admin, rival, admin, rival].map(({ compute }) => compute.flavors.ensure(input)),
    );
    const [flavor] = all;
    if (flavor === undefined) throw new Error('No flavor');
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(flavor).toMatchObject(input);
    expect((await errorOf(flavors.create(input))).code).toBe('conflict');
    expect((await flavors.list({}, { pageSize: 1 })).map(({ id }) => id)).toContain(flavor.id);
    await flavors.extraSpecs.set(flavor.id, { 'hw:cpu_policy': 'shared', 'trait:CUSTOM_X': 'required' });
    expect((await errorOf(flavors.extraSpecs.set(flavor.id, { 'hw:cpu_policy': 'none' }))).code).toBe(
      'bad-request',
    );
    for (const _repeated of [1, 2]) await flavors.extraSpecs.unset(flavor.id, 'trait:CUSTOM_X');
    expect(await flavors.extraSpecs.get(flavor.id)).toEqual({ 'hw:cpu_policy': 'shared' });
    expect((await flavors.get(flavor.id)).extraSpecs).toEqual({ 'hw:cpu_policy': 'shared' });
    for (const _repeated of [1, 2]) await flavors.delete(flavor.id);
    expect(await flavors.find({ name: input.name })).toBeUndefined();
  });

  it('create() brings a server up without a network, which stops, starts, reboots and goes', async () => {
    const { servers, flavors } = admin.compute;
    const image = await bootableImage();
    const flavor = await flavors.ensure({ name: unique('flavor'), vcpus: 1, ram: 64, disk: 0 });
    const name = unique('server(1)');
    const input = { name, flavorId: flavor.id, imageId: image.id, metadata: { aB: 'c' } };
    const { id } = await servers.create({ ...input, networks: 'none', userData: '#!/bin/true' });
    expect(await servers.waitFor(id, 'ACTIVE')).toMatchObject({
      name,
      projectId,
      imageId: image.id,
      addresses: [],
    });
    expect(await servers.find({ name })).toMatchObject({ id, metadata: { aB: 'c' } });
    expect(await servers.find({ name, projectId })).toMatchObject({ id });
    expect(await servers.consoleOutput(id, { lines: 10 })).toEqual(expect.any(String));
    expect((await errorOf(servers.start(id))).code).toBe('conflict');
    expect((await errorOf(servers.waitFor(id, 'SHUTOFF', { timeoutSeconds: 1 }))).code).toBe('timeout');
    await servers.stop(id);
    await servers.waitFor(id, 'SHUTOFF');
    await servers.start(id);
    await servers.waitFor(id, 'ACTIVE');
    await servers.reboot(id, 'HARD');
    await servers.waitFor(id, 'ACTIVE');
    const ids = (await servers.list({ imageId: image.id }, { pageSize: 1 })).map((each) => each.id);
    expect(ids).toEqual([id]);
    await servers.delete(id);
    await servers.waitUntilGone(id);
    await servers.delete(id);
    await flavors.delete(flavor.id);
    await admin.image.images.delete(image.id);
  });

  it('create() brings a server up on a network with the address it was given', async () => {
    const { servers, flavors } = admin.compute;
    const { networks, subnets, ports } = admin.network;
    const image = await bootableImage();
    const flavor = await flavors.ensure({ name: unique('flavor'), vcpus: 1, ram: 64, disk: 0 });
    const network = await networks.ensure({ name: unique('network') });
    // What Neutron gives away by itself must not be the address that is asked for.
    const allocationPools = [{ start: '10.202.1.10', end: '10.202.1.60' }];
    await subnets.ensure({ name: 'subnet', networkId: network.id, cidr: '10.202.1.0/24', allocationPools });
    const port = await ports.ensure({ name: 'port', networkId: network.id });
    const { id } = await servers.create({
      name: unique('server'),
      flavorId: flavor.id,
      imageId: image.id,
      networks: [{ networkId: network.id, fixedIpAddress: '10.202.1.77' }, { portId: port.id }],
    });
    await servers.waitFor(id, 'ACTIVE');
    const attached = await ports.list({ deviceId: id });
    expect(attached.map(({ fixedIps }) => fixedIps[0]?.ipAddress)).toContain('10.202.1.77');
    expect(attached.map((each) => each.id)).toContain(port.id);
    const addresses = (await servers.get(id)).addresses.map(({ address }) => address);
    expect(addresses).toContain('10.202.1.77');
    await servers.delete(id);
    await servers.waitUntilGone(id);
    await ports.delete(port.id);
    await networks.delete(network.id);
    await flavors.delete(flavor.id);
    await admin.image.images.delete(image.id);
  });

  it('waitFor() throws Nova’s fault when there is no host for the server', async () => {
    const { servers, flavors, limits } = admin.compute;
    const image = await bootableImage();
    const { maxTotalCores } = await limits.get();
    // As many as the quota allows, and more memory than a box has.
    const big = { vcpus: Math.max(1, Math.min(16, maxTotalCores)), ram: 40_000, disk: 0 };
    const flavor = await flavors.ensure({ name: unique('flavor'), ...big });
    const input = { name: unique('server'), flavorId: flavor.id, imageId: image.id };
    const { id } = await servers.create({ ...input, networks: 'none' });
    const error = await errorOf(servers.waitFor(id, 'ACTIVE'));
    expect(error).toBeInstanceOf(ServerFaultError);
    expect(error).toMatchObject({
      code: 'fault',
      fault: { message: expect.stringMatching(/No valid host/) },
    });
    expect((await servers.waitFor(id, 'ERROR')).fault?.code).toBe(500);
    await servers.delete(id);
    await servers.waitUntilGone(id);
    await flavors.delete(flavor.id);
    await admin.image.images.delete(image.id);
  });

  it('keypairs, quotas, limits, zones, services and hypervisors answer', async () => {
    const { keypairs, quotaSets, limits, availabilityZones, services, hypervisors } = admin.compute;
    const key = { name: unique('key'), publicKey: `ssh-ed25519 ${ed25519()} test` };
    await keypairs.ensure(key);
    expect((await keypairs.ensure(key)).publicKey).toBe(key.publicKey);
    expect(await keypairs.get(key.name)).toMatchObject({ name: key.name, type: 'ssh' });
    expect((await errorOf(keypairs.create(key))).code).toBe('conflict');
    for (const _repeated of [1, 2]) await keypairs.delete(key.name);
    expect(await keypairs.find({ name: key.name })).toBeUndefined();

    const before = await quotaSets.get(projectId);
    expect((await quotaSets.update(projectId, { cores: 33 })).cores).toBe(33);
    expect((await limits.get()).maxTotalCores).toBe(33);
    await quotaSets.update(projectId, { cores: before.cores });
    expect(await quotaSets.get(projectId)).toEqual(before);
    expect((await availabilityZones.list()).map(({ name }) => name)).toContain('nova');
    const binaries = (await services.list()).map(({ binary }) => binary);
    expect(binaries).toEqual(expect.arrayContaining(['nova-conductor', 'nova-scheduler', 'nova-compute']));
    const [hypervisor] = await hypervisors.list();
    expect(await hypervisors.get(hypervisor?.id ?? '')).toMatchObject({ hostname: hypervisor?.hostname });
    expect(await hypervisors.list({ hostname: 'no-such-host' })).toEqual([]);
  });
});

describe('placement of a real Placement', () => {
  it('resourceProviders tell what each hypervisor offers', async () => {
    const { resourceProviders } = admin.placement;
    const [hypervisor] = await admin.compute.hypervisors.list();
    const [provider, ...others] = await resourceProviders.list({ name: hypervisor?.hostname });
    expect(others).toEqual([]);
    const id = provider?.id ?? '';
    expect(await resourceProviders.get(id)).toMatchObject({
      id: hypervisor?.id,
      rootId: id,
      parentId: undefined,
    });
    const inventories = await resourceProviders.inventories(id);
    expect(inventories['VCPU']).toMatchObject({ minUnit: 1, allocationRatio: expect.any(Number) });
    expect(Object.keys(await resourceProviders.usages(id)).sort()).toEqual(Object.keys(inventories).sort());
    expect(await resourceProviders.traits(id)).toContain('COMPUTE_NODE');
    expect((await errorOf(resourceProviders.get(randomBytes(4).toString('hex')))).code).toBe('not-found');
  });
});

/** A public key of nobody's, as OpenSSH writes it. */
function ed25519(): string {
  const part = (bytesOf: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytesOf.length]), bytesOf]);
  return Buffer.concat([part(Buffer.from('ssh-ed25519')), part(randomBytes(32))]).toString('base64');
}

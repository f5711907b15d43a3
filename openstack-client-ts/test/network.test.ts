// SPDX-License-Identifier: Apache-2.0
// Neutron's resources: names on the wire, and repetitions that Neutron refuses, against a double.

import { expect, test } from 'vitest';
import { serviceDouble, type Answer, type Seen } from './service-double.ts';
import { errorOf } from './with-double.ts';

const RULE = {
  id: 'r',
  security_group_id: 'g',
  project_id: 'p',
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: 'tcp',
  port_range_min: 22,
  port_range_max: 22,
  remote_ip_prefix: null,
  remote_group_id: null,
};
const INTERFACE = { id: 'port', device_owner: 'network:router_interface', fixed_ips: [{ subnet_id: 's' }] };
const GATEWAY = { id: 'gate', device_owner: 'network:router_gateway', fixed_ips: [{ subnet_id: 'x' }] };

test('create() and list() spell provider and binding fields as Neutron does', async () => {
  const wire = { id: 'i', name: 'n', project_id: 'p', status: 'ACTIVE', admin_state_up: true };
  const network = { ...wire, shared: false, 'router:external': true, subnets: ['s'] };
  const port = { ...wire, network_id: 'n', mac_address: 'fa', device_id: '', fixed_ips: [] };
  const { client, seen } = await serviceDouble(({ method }) => ({
    body: method === 'GET' ? { networks: [], ports: [] } : { network, port },
  }));
  const { networks, ports } = client.network;
  const provider = { providerNetworkType: 'flat', providerPhysicalNetwork: 'ext' };
  expect(await networks.create({ name: 'n', external: true, ...provider })).toMatchObject({ external: true });
  expect(await ports.create({ name: 'n', networkId: 'n', fixedIps: [{ subnetId: 's' }] })).toMatchObject({
    deviceId: undefined,
  });
  await ports.update('i', { bindingHostId: 'h', securityGroupIds: [] });
  await networks.list({ external: true, providerNetworkType: 'flat' });
  await ports.list({ bindingHostId: 'h', deviceOwner: 'network:dhcp' });
  expect(seen.map(({ method, body, query }) => [method, body ?? query])).toEqual([
    [
      'POST',
      {
        network: {
          name: 'n',
          'router:external': true,
          'provider:network_type': 'flat',
          'provider:physical_network': 'ext',
        },
      },
    ],
    ['POST', { port: { name: 'n', network_id: 'n', fixed_ips: [{ subnet_id: 's' }] } }],
    ['PUT', { port: { 'binding:host_id': 'h', security_groups: [] } }],
    ['GET', { 'router:external': 'true', 'provider:network_type': 'flat' }],
    ['GET', { 'binding:host_id': 'h', device_owner: 'network:dhcp' }],
  ]);
});

test('subnets.create() tells the version the CIDR is of', async () => {
  const { client, seen } = await serviceDouble(() => ({ status: 400 }));
  await errorOf(
    client.network.subnets.create({ name: 's', networkId: 'n', cidr: 'fd00::/64', gatewayIp: null }),
  );
  await errorOf(client.network.subnets.create({ name: 's', networkId: 'n', cidr: '10.0.0.0/24' }));
  expect(seen.map(({ body }) => (body as { subnet: object }).subnet)).toEqual([
    { name: 's', network_id: 'n', cidr: 'fd00::/64', gateway_ip: null, ip_version: 6 },
    { name: 's', network_id: 'n', cidr: '10.0.0.0/24', ip_version: 4 },
  ]);
});

test('routers.update() sets a gateway with its addresses, and takes it away with null', async () => {
  const { client, seen } = await serviceDouble(() => ({ status: 404 }));
  const { routers } = client.network;
  const externalFixedIps = [{ subnetId: 's', ipAddress: '203.0.113.9' }, { subnetId: 't' }];
  await errorOf(
    routers.update('r', { externalGatewayInfo: { networkId: 'n', enableSnat: false, externalFixedIps } }),
  );
  await errorOf(routers.update('r', { externalGatewayInfo: null, description: 'd' }));
  const addresses = [{ subnet_id: 's', ip_address: '203.0.113.9' }, { subnet_id: 't' }];
  const gateway = { network_id: 'n', enable_snat: false, external_fixed_ips: addresses };
  expect(seen.map(({ method, body }) => [method, body])).toEqual([
    ['PUT', { router: { external_gateway_info: gateway } }],
    ['PUT', { router: { description: 'd', external_gateway_info: null } }],
  ]);
});

test('addInterface() does nothing when the router has it, and its gateway does not count', async () => {
  const { client, seen } = await serviceDouble(({ method }) => ({
    body: method === 'GET' ? { ports: [GATEWAY, INTERFACE] } : { port_id: 'new' },
  }));
  const { routers } = client.network;
  expect(await routers.addInterface('r', { subnetId: 's' })).toBe('port');
  expect(await routers.addInterface('r', { portId: 'port' })).toBe('port');
  expect(await routers.addInterface('r', { subnetId: 'x' })).toBe('new');
  expect(seen.at(-1)).toMatchObject({ method: 'PUT', path: '/network/v2.0/routers/r/add_router_interface' });
  expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test.each([400, 409])('addInterface() finds the rival’s when Neutron answers %i', async (status) => {
  const ports: object[] = [];
  const { client } = await serviceDouble(({ method }) => {
    if (method === 'GET') return { body: { ports: [...ports] } };
    ports.push(INTERFACE);
    return { status, body: { NeutronError: { message: 'Router already has a port on subnet s' } } };
  });
  expect(await client.network.routers.addInterface('r', { subnetId: 's' })).toBe('port');
  const error = await errorOf(client.network.routers.addInterface('r', { subnetId: 'other' }));
  expect(error).toMatchObject({ status });
});

test('routers.delete() is a conflict, and asks nothing of Neutron, when the router has interfaces', async () => {
  let ports: object[] = [GATEWAY, INTERFACE];
  const { client, seen } = await serviceDouble(({ method }) => ({
    status: method === 'DELETE' ? 404 : 200,
    body: { ports },
  }));
  const error = await errorOf(client.network.routers.delete('r'));
  expect(error).toMatchObject({ code: 'conflict', method: 'DELETE' });
  expect(seen.map(({ method }) => method)).toEqual(['GET']);
  ports = [GATEWAY];
  await client.network.routers.delete('r');
  expect(seen.at(-1)).toMatchObject({ method: 'DELETE', path: '/network/v2.0/routers/r' });
});

test('removeInterface() succeeds when it is gone, and is a conflict when it is needed', async () => {
  let status = 404;
  const { client } = await serviceDouble(() => ({ status }));
  await client.network.routers.removeInterface('r', { subnetId: 's' });
  status = 409;
  expect(await errorOf(client.network.routers.removeInterface('r', { portId: 'p' }))).toMatchObject({
    code: 'conflict',
  });
});

test('securityGroupRules.ensure() takes a rule for equal only when every field is', async () => {
  const others = [
    { ...RULE, id: 'a', remote_ip_prefix: '10.0.0.0/8' },
    { ...RULE, id: 'b', port_range_max: 23 },
    { ...RULE, id: 'c', ethertype: 'IPv6' },
    { ...RULE, id: 'd', protocol: null, port_range_min: null, port_range_max: null },
  ];
  const { client, seen } = await serviceDouble(({ method }) => ({
    body: method === 'GET' ? { security_group_rules: [...others, RULE] } : { security_group_rule: RULE },
  }));
  const { securityGroupRules } = client.network;
  const rule = { securityGroupId: 'g', direction: 'ingress' } as const;
  const ssh = { ...rule, protocol: 'tcp', portRangeMin: 22, portRangeMax: 22 };
  expect((await securityGroupRules.ensure(ssh)).id).toBe('r');
  expect((await securityGroupRules.ensure(rule)).id).toBe('d');
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  expect(seen[0]?.query).toEqual({ security_group_id: 'g', direction: 'ingress' });
  await securityGroupRules.ensure({ ...rule, protocol: 'tcp' });
  expect(seen.at(-1)?.method).toBe('POST');
});

test('securityGroupRules.ensure() takes the rule Neutron says is equal', async () => {
  const id = '0b2ba1f4-96d5-4c46-8bd1-6bbc0f76e5ba';
  const message = `Security group rule already exists. Rule id is ${id}.`;
  const { client } = await serviceDouble(({ method, path }: Seen): Answer => {
    if (method === 'POST') return { status: 409, body: { NeutronError: { message } } };
    return {
      body: path.endsWith(id) ? { security_group_rule: { ...RULE, id } } : { security_group_rules: [] },
    };
  });
  const input = { securityGroupId: 'g', direction: 'ingress', protocol: 'TCP' } as const;
  expect(await client.network.securityGroupRules.ensure(input)).toMatchObject({ id, protocol: 'tcp' });
});

test('defaultSecurityGroupRules.create() says for which groups the rule is', async () => {
  const { client, seen } = await serviceDouble(() => ({ status: 400 }));
  await errorOf(client.network.defaultSecurityGroupRules.create({ direction: 'ingress', protocol: 'tcp' }));
  expect(seen[0]?.path).toBe('/network/v2.0/default-security-group-rules');
  expect(seen[0]?.body).toEqual({
    default_security_group_rule: {
      direction: 'ingress',
      protocol: 'tcp',
      used_in_default_sg: false,
      used_in_non_default_sg: true,
    },
  });
});

test('subnets.ensure() finds the rival’s when Neutron calls the overlap a bad request', async () => {
  const wire = {
    id: 'theirs',
    name: 's',
    network_id: 'n',
    project_id: 'p',
    ip_version: 4,
    cidr: '10.0.0.0/24',
    enable_dhcp: true,
    allocation_pools: [],
    dns_nameservers: [],
    host_routes: [],
  };
  const subnets: object[] = [];
  const { client } = await serviceDouble(({ method }) => {
    if (method === 'GET') return { body: { subnets: [...subnets] } };
    subnets.push(wire);
    return { status: 400, body: { NeutronError: { message: 'overlaps with another subnet' } } };
  });
  const input = { name: 's', networkId: 'n', cidr: '10.0.0.0/24' };
  expect(await client.network.subnets.ensure(input)).toMatchObject({ id: 'theirs' });
  const error = await errorOf(client.network.subnets.ensure({ ...input, name: 'other' }));
  expect(error).toMatchObject({ code: 'bad-request' });
});

test('floatingIps.ensure() throws when neither port nor address is given', async () => {
  const { client, seen } = await serviceDouble(() => ({ body: { floatingips: [] } }));
  expect(await errorOf(client.network.floatingIps.ensure({ floatingNetworkId: 'n' }))).toBeInstanceOf(
    TypeError,
  );
  expect(seen).toEqual([]);
});

test('ensure() ends for a caller that aborts while it waits for its turn', async () => {
  const { client } = await serviceDouble(() => new Promise(() => {}));
  const { networks } = client.network;
  const abort = new AbortController();
  const first = errorOf(networks.ensure({ name: 'n' }, { signal: abort.signal }));
  expect(await errorOf(networks.ensure({ name: 'n' }, { signal: AbortSignal.timeout(50) }))).toMatchObject({
    code: 'aborted',
  });
  abort.abort();
  expect(await first).toMatchObject({ code: 'aborted' });
});

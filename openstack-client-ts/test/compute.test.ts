// SPDX-License-Identifier: Apache-2.0
// Nova's resources: names on the wire, and what servers go through, against a double.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ServerFaultError } from '../src/index.ts';
import { serviceDouble, type Seen } from './service-double.ts';
import { errorOf } from './with-double.ts';

const SERVER = {
  id: 's',
  name: 'one',
  status: 'ACTIVE',
  tenant_id: 'p',
  user_id: 'u',
  image: '',
  metadata: { a: 'b' },
  flavor: { original_name: 'tiny', vcpus: 1, ram: 64, disk: 0, extra_specs: {} },
  addresses: {
    net: [
      { addr: '10.0.0.5', version: 4, 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16' },
      { addr: '203.0.113.5', version: 4, 'OS-EXT-IPS:type': 'floating', 'OS-EXT-IPS-MAC:mac_addr': 'fa:16' },
    ],
    empty: [],
  },
  'OS-EXT-STS:task_state': null,
  'OS-EXT-AZ:availability_zone': '',
  created: 'x',
  updated: 'y',
};
const FAULT = { code: 500, message: 'No valid host was found. ', details: 'Traceback', created: 'x' };

/** Nova with one server that takes these states one after another, and keeps the last. */
async function novaWith(...states: object[]): Promise<Awaited<ReturnType<typeof serviceDouble>>> {
  let index = 0;
  return serviceDouble(({ method }) => {
    if (method === 'POST') return { status: 202, body: { server: { id: 's', adminPass: 'made-up' } } };
    const state = states[Math.min(index++, states.length - 1)];
    return state === undefined ? { status: 404 } : { body: { server: { ...SERVER, ...state } } };
  });
}

test('get() flattens addresses and shows no image when there is none', async () => {
  const { client } = await novaWith({});
  const server = await client.compute.servers.get('s');
  expect(server).toMatchObject({ projectId: 'p', imageId: undefined, availabilityZone: undefined });
  expect(server.flavor).toEqual({ name: 'tiny', vcpus: 1, ram: 64, disk: 0 });
  expect(server.addresses).toEqual([
    { networkName: 'net', address: '10.0.0.5', version: 4, type: 'fixed', macAddress: 'fa:16' },
    { networkName: 'net', address: '203.0.113.5', version: 4, type: 'floating', macAddress: 'fa:16' },
  ]);
});

test('create() writes networks as Nova reads them, and hands over no password', async () => {
  const { client, seen } = await novaWith({ status: 'BUILD' });
  const { servers } = client.compute;
  const base = { name: 'one', flavorId: 'f', imageId: 'i' };
  const made = await servers.create({
    ...base,
    networks: 'none',
    userData: 'ä',
    keyName: 'k',
    configDrive: true,
  });
  expect(inspect(made)).not.toContain('made-up');
  await servers.create({
    ...base,
    securityGroups: ['g'],
    hypervisorHostname: 'h',
    metadata: { aB: 'c' },
    networks: [{ networkId: 'n', fixedIpAddress: '10.0.0.9' }, { networkId: 'm' }, { portId: 'q' }],
  });
  const bodies = seen.filter(({ method }) => method === 'POST').map(({ body }) => body);
  const wire = { name: 'one', flavorRef: 'f', imageRef: 'i' };
  expect(bodies).toEqual([
    { server: { ...wire, networks: 'none', user_data: 'w6Q=', key_name: 'k', config_drive: true } },
    {
      server: {
        ...wire,
        security_groups: [{ name: 'g' }],
        hypervisor_hostname: 'h',
        metadata: { aB: 'c' },
        networks: [{ uuid: 'n', fixed_ip: '10.0.0.9' }, { uuid: 'm' }, { port: 'q' }],
      },
    },
  ]);
});

test('create() does not show user data when Nova echoes it', async () => {
  const { client } = await serviceDouble(({ body }) => ({
    status: 400,
    body: { badRequest: { message: `bad ${JSON.stringify(body)}` } },
  }));
  const userData = 'password: hunter2';
  const input = { name: 'one', flavorId: 'f', imageId: 'i', networks: 'none', userData } as const;
  const error = await errorOf(client.compute.servers.create(input));
  expect(String(error)).toContain('"user_data":"[redacted]"');
});

test('find() asks for the exact name when it holds what a regular expression would read', async () => {
  const { client, seen } = await serviceDouble(() => ({
    body: { servers: [SERVER, { ...SERVER, name: 'o.e' }] },
  }));
  expect(await client.compute.servers.find({ name: 'o.e' })).toMatchObject({ name: 'o.e' });
  await client.compute.servers.find({ name: 'a(b)', projectId: 'p' });
  expect(seen.map(({ query }) => query)).toEqual([
    { name: '^o\\.e$' },
    { name: '^a\\(b\\)$', project_id: 'p', all_tenants: 'true' },
  ]);
});

test('waitFor() waits until Nova does nothing any more', async () => {
  const busy = { 'OS-EXT-STS:task_state': 'rebooting' };
  const { client, seen } = await novaWith({ status: 'BUILD' }, busy, {});
  const server = await client.compute.servers.waitFor('s', 'ACTIVE', { intervalSeconds: 0.01 });
  expect(server).toMatchObject({ status: 'ACTIVE', taskState: undefined });
  expect(seen).toHaveLength(3);
});

test('waitFor() throws the fault when the server ends in ERROR, unless that was waited for', async () => {
  const { client } = await novaWith({ status: 'ERROR', fault: FAULT });
  const { servers } = client.compute;
  const error = await errorOf(servers.waitFor('s', 'ACTIVE'));
  expect(error).toBeInstanceOf(ServerFaultError);
  expect(error).toMatchObject({ code: 'fault', fault: FAULT });
  expect(String(error)).toMatch(/the server is in ERROR: No valid host was found\.$/);
  expect(await servers.waitFor('s', 'ERROR')).toMatchObject({ fault: FAULT });
  expect(await errorOf(servers.waitUntilGone('s'))).toMatchObject({ code: 'fault' });
});

test('waitFor() gives Nova the time to write its fault after the status', async () => {
  const { client, seen } = await novaWith({ status: 'ERROR' }, { status: 'ERROR', fault: FAULT });
  const error = await errorOf(client.compute.servers.waitFor('s', 'ACTIVE', { intervalSeconds: 0.01 }));
  expect(String(error)).toContain('No valid host was found.');
  expect(seen).toHaveLength(2);
});

test('waitFor() throws timeout and aborted, naming what it saw last', async () => {
  const { client } = await novaWith({ status: 'BUILD', 'OS-EXT-STS:task_state': 'spawning' });
  const { servers } = client.compute;
  const waiting = servers.waitFor('s', 'ACTIVE', { timeoutSeconds: 0.1, intervalSeconds: 0.02 });
  const error = await errorOf(waiting);
  expect(error).toMatchObject({ code: 'timeout' });
  expect(String(error)).toContain('not within 0.1 seconds: the server is ACTIVE; it is BUILD, spawning');
  const signal = AbortSignal.timeout(50);
  expect(await errorOf(servers.waitFor('s', 'ACTIVE', { signal }))).toMatchObject({ code: 'aborted' });
});

test('waitUntilGone() resolves when the server is not found any more', async () => {
  const { client } = await serviceDouble(({ method }) => ({ status: method === 'GET' ? 404 : 204 }));
  await client.compute.servers.delete('s');
  await client.compute.servers.waitUntilGone('s');
});

test('actions name what is to be done, and a state that forbids it is a conflict', async () => {
  const { client, seen } = await serviceDouble(({ body }: Seen) =>
    'os-getConsoleOutput' in (body as object) ? { body: { output: 'lines' } } : { status: 202 },
  );
  const { servers } = client.compute;
  expect(await servers.consoleOutput('s', { lines: 5 })).toBe('lines');
  await servers.start('s');
  await servers.stop('s');
  await servers.reboot('s');
  await servers.reboot('s', 'HARD');
  await servers.action('s', 'os-resetState', { state: 'active' });
  expect(seen.every(({ path }) => path === '/compute/v2.1/servers/s/action')).toBe(true);
  expect(seen.map(({ body }) => body)).toEqual([
    { 'os-getConsoleOutput': { length: 5 } },
    { 'os-start': null },
    { 'os-stop': null },
    { reboot: { type: 'SOFT' } },
    { reboot: { type: 'HARD' } },
    { 'os-resetState': { state: 'active' } },
  ]);
  const busy = await serviceDouble(() => ({ status: 409 }));
  expect(await errorOf(busy.client.compute.servers.start('s'))).toMatchObject({ code: 'conflict' });
});

test('the URL of a console is asked for as noVNC, which shows it', async () => {
  const url = 'https://cloud.example:6080/vnc_lite.html?path=%3Ftoken%3Dt';
  const { client, seen } = await serviceDouble(() => ({
    body: { remote_console: { protocol: 'vnc', type: 'novnc', url } },
  }));
  expect(await client.compute.servers.consoleUrl('s')).toBe(url);
  expect(seen).toMatchObject([
    {
      path: '/compute/v2.1/servers/s/remote-consoles',
      body: { remote_console: { protocol: 'vnc', type: 'novnc' } },
    },
  ]);
});

test('keypairs are found by name in a list that wraps each of them', async () => {
  const keypair = { name: 'k', public_key: 'ssh', fingerprint: 'f' };
  const { client, seen } = await serviceDouble(() => ({ body: { keypairs: [{ keypair }] } }));
  const found = await client.compute.keypairs.ensure({ name: 'k', publicKey: 'ssh', userId: 'u' });
  expect(found).toEqual({ id: 'k', name: 'k', publicKey: 'ssh', fingerprint: 'f', type: 'ssh' });
  expect(seen.map(({ method, query }) => [method, query])).toEqual([['GET', { user_id: 'u' }]]);
});

test('extraSpecs escapes names and takes one that is gone for removed', async () => {
  const { client, seen } = await serviceDouble(({ method }) => ({ status: method === 'DELETE' ? 404 : 200 }));
  await client.compute.flavors.extraSpecs.unset('f', 'hw:cpu/x');
  expect(seen[0]?.path).toBe('/compute/v2.1/flavors/f/os-extra_specs/hw%3Acpu%2Fx');
});

test('hypervisors.list() is empty when no name fits', async () => {
  const { client } = await serviceDouble(() => ({ status: 404 }));
  expect(await client.compute.hypervisors.list({ hostname: 'h' })).toEqual([]);
  expect(await errorOf(client.compute.hypervisors.list())).toMatchObject({ code: 'not-found' });
});

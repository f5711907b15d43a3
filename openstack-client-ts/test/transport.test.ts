// SPDX-License-Identifier: Apache-2.0
// Broken connections, time limits, aborts and certificates.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { clientFor, doubleForTest, errorOf } from './with-double.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['get', 'delete', 'put'])('request() tries again when a %s is reset', async (name) => {
  const method = name.toUpperCase();
  const double = await doubleForTest();
  let resets = 2;
  double.instead = (seen) => (seen.method === method && resets-- > 0 ? 'reset' : undefined);
  const { users, roleAssignments } = clientFor(double.url).identity;
  if (method === 'GET') await users.list();
  if (method === 'DELETE') await users.delete('u');
  if (method === 'PUT') await roleAssignments.assign({ roleId: 'r', userId: 'u', system: true });
  expect(double.seen.filter((seen) => seen.method === method)).toHaveLength(3);
});

test('request() gives up after four attempts when every one is reset', async () => {
  const double = await doubleForTest();
  double.instead = (seen) => (seen.method === 'GET' ? 'reset' : undefined);
  const error = await errorOf(clientFor(double.url).identity.users.list());
  expect(error).toMatchObject({ code: 'unreachable', status: undefined });
  expect(double.seenTo('GET', '/v3/users')).toHaveLength(4);
});

test('create() does not try again when a post is reset', async () => {
  const double = await doubleForTest();
  double.instead = (seen) => (seen.path === '/v3/domains' ? 'reset' : undefined);
  const error = await errorOf(clientFor(double.url).identity.domains.create({ name: 'd' }));
  expect(error).toMatchObject({ code: 'unreachable', method: 'POST' });
  expect(double.seenTo('POST', '/v3/domains')).toHaveLength(1);
});

test('create() uses a fresh connection when others are kept alive', async () => {
  const double = await doubleForTest();
  const { domains } = clientFor(double.url).identity;
  await domains.create({ name: 'd' });
  await domains.list();
  expect(double.seen.map(({ connection }) => connection)).toEqual(['close', 'close', 'keep-alive']);
});

test('issueToken() tries again when the connection is refused', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await new Promise((resolve) => holder.close(resolve));
  const startedAtMs = performance.now();
  const error = await errorOf(clientFor(`http://127.0.0.1:${port}/v3`).issueToken());
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(String(error)).toContain('ECONNREFUSED');
  expect(performance.now() - startedAtMs).toBeGreaterThan(1200);
});

test('discoverVersion() fails as unreachable when no answer comes in time', async () => {
  const double = await doubleForTest();
  double.instead = () => 'silence';
  const client = clientFor(double.url, { requestTimeoutSeconds: 0.2 });
  const error = await errorOf(client.identity.discoverVersion());
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(String(error)).toContain('no complete answer within 0.2 seconds');
  expect(double.seen).toHaveLength(1);
});

test('discoverVersion() fails as aborted when its signal fires', async () => {
  const double = await doubleForTest();
  double.instead = () => 'silence';
  const { identity } = clientFor(double.url);
  const error = await errorOf(identity.discoverVersion({ signal: AbortSignal.timeout(50) }));
  expect(error).toMatchObject({ code: 'aborted' });
  expect(await errorOf(identity.discoverVersion({ signal: AbortSignal.abort() }))).toMatchObject({
    code: 'aborted',
  });
});

test('discoverVersion() sends no token when asked first', async () => {
  const double = await doubleForTest();
  expect(await clientFor(`${double.url}/`).identity.discoverVersion()).toEqual({
    id: 'v3.14',
    status: 'stable',
  });
  expect(double.seen).toMatchObject([{ path: '/v3', token: undefined }]);
});

test('close() ends later calls when called twice', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await client.identity.domains.list();
  await Promise.all([client.close(), client.close()]);
  expect(await errorOf(client.identity.domains.list())).toMatchObject({ code: 'unreachable' });
});

test('createOpenStackClient() trusts a certificate only when its ca is given', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const tls = selfSigned();
  const double = await doubleForTest(tls);
  const trusting = clientFor(double.url, { ca: tls.cert });
  expect(await trusting.identity.domains.list()).toEqual([]);
  const error = await errorOf(clientFor(double.url).identity.discoverVersion());
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(String(error)).toContain('SELF_SIGNED');
});

test('request() throws not-found naming what exists when the catalog has no such endpoint', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url, { regionName: 'R1' });
  const asking = client.request({ serviceType: 'image', method: 'GET', path: '/', schema: z.unknown() });
  const error = await errorOf(asking);
  expect(error).toMatchObject({ code: 'not-found' });
  expect(String(error)).toContain('no public endpoint of service type "image" in region "R1"');
  expect(String(error)).toContain('identity public R1, identity internal R1, identity public R2');
});

test('endpoint() chooses by region and interface when both are given', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  expect(await errorOf(client.endpoint('identity'))).toMatchObject({ code: 'bad-request' });
  expect((await client.endpoint('identity', { regionName: 'R2' })).href).toBe('https://two.example/v3');
  const inside = await client.endpoint('identity', { interface: 'internal' });
  expect(inside.href).toBe('https://inside.example/v3');
});

function selfSigned(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'openstack-client-ts-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=double', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', ...kind, ...files, ...subject], { stdio: 'pipe' });
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}

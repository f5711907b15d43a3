// SPDX-License-Identifier: Apache-2.0
// Token handling against the double: sharing, renewal, the one re-authentication and its pause.

import { expect, test } from 'vitest';
import { clientFor, doubleForTest, errorOf } from './with-double.ts';

const AUTH = '/v3/auth/tokens';

test('createOpenStackClient() sends nothing when nothing is asked', async () => {
  const double = await doubleForTest();
  clientFor(double.url);
  expect(double.seen).toEqual([]);
});

test('createOpenStackClient() authenticates once when calls are concurrent', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await Promise.all([1, 2, 3, 4].map(() => client.identity.domains.list()));
  await client.identity.roles.list();
  expect(double.seenTo('POST', AUTH)).toHaveLength(1);
});

test('createOpenStackClient() renews the token when it is about to expire', async () => {
  const double = await doubleForTest();
  double.tokenLifetimeSeconds = 0.2;
  const client = clientFor(double.url);
  await client.identity.domains.list();
  await new Promise((resolve) => setTimeout(resolve, 190));
  await client.identity.domains.list();
  expect(double.seenTo('GET', '/v3/domains').map((one) => one.token)).toEqual([
    'token-1-secret',
    'token-2-secret',
  ]);
});

test('createOpenStackClient() re-authenticates in a later second when a fresh token is refused', async () => {
  const double = await doubleForTest();
  double.revoked.add('token-1-secret');
  const client = clientFor(double.url);
  await Promise.all([client.identity.domains.list(), client.identity.domains.list()]);
  const [first, second, ...more] = double.seenTo('POST', AUTH);
  expect(more).toEqual([]);
  const refusedAtMs = double.seenTo('GET', '/v3/domains')[0]?.atMs ?? NaN;
  expect(Math.floor((second?.atMs ?? NaN) / 1000)).toBeGreaterThan(Math.floor(refusedAtMs / 1000));
  // Not only in a later second of this clock: a whole second later, as Keystone's clock may differ.
  expect((second?.atMs ?? NaN) - refusedAtMs).toBeGreaterThanOrEqual(1000);
  expect(first?.body).toMatchObject({ auth: { scope: { project: { domain: { name: 'Default' } } } } });
});

test('createOpenStackClient() gives up when the second token is refused too', async () => {
  const double = await doubleForTest();
  double.instead = ({ path }) => (path === AUTH ? undefined : { status: 401, body: {} });
  const error = await errorOf(clientFor(double.url).identity.domains.list());
  expect(error).toMatchObject({ code: 'unauthorized', status: 401 });
  expect(double.seenTo('GET', '/v3/domains')).toHaveLength(2);
  expect(double.seenTo('POST', AUTH)).toHaveLength(2);
});

test('createOpenStackClient() fails all waiting callers and then recovers when credentials are refused', async () => {
  const double = await doubleForTest();
  double.instead = () => ({ status: 401, body: { error: { message: 'no' } } });
  const client = clientFor(double.url);
  const calls = [client.identity.domains.list(), client.identity.roles.list()];
  for (const call of calls.map(errorOf)) expect(await call).toMatchObject({ code: 'unauthorized' });
  expect(double.seen).toHaveLength(1);
  double.instead = () => undefined;
  expect(await client.identity.domains.list()).toEqual([]);
});

test('createOpenStackClient() keeps a shared authentication when one caller aborts', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  const abort = new AbortController();
  const leaving = errorOf(client.identity.domains.list({}, { signal: abort.signal }));
  const staying = client.identity.domains.list();
  abort.abort();
  expect(await leaving).toMatchObject({ code: 'aborted' });
  expect(await staying).toEqual([]);
});

test('issueToken() returns a token of its own when one is cached', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await client.identity.domains.list();
  const issued = await client.issueToken();
  expect(issued).toMatchObject({ token: 'token-2-secret', userId: 'user-id', projectId: 'project-id' });
  expect(issued.roles).toEqual([{ id: 'role-id', name: 'admin' }]);
  await client.identity.domains.list();
  expect(double.seen.at(-1)?.token).toBe('token-1-secret');
});

test('logIn() returns a new token that later calls use', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await client.identity.domains.list();
  expect((await client.logIn()).token).toBe('token-2-secret');
  await client.identity.domains.list();
  expect(double.seen.at(-1)?.token).toBe('token-2-secret');
  expect(double.seenTo('POST', AUTH)).toHaveLength(2);
});

test('logIn() leaves the token in use when the credentials are refused', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await client.identity.domains.list();
  double.instead = ({ path }) => (path === AUTH ? { status: 401, body: {} } : undefined);
  expect(await errorOf(client.logIn())).toMatchObject({ code: 'unauthorized' });
  await client.identity.domains.list();
  expect(double.seen.at(-1)?.token).toBe('token-1-secret');
});

test.each([
  [{ system: true } as const, { system: { all: true } }],
  [{ unscoped: true } as const, 'unscoped'],
])('issueToken() asks for the scope when it is %j', async (scope, wire) => {
  const double = await doubleForTest();
  const user = { username: 'u', userDomainName: 'D', password: 'p' };
  await clientFor(double.url, { authentication: { type: 'password', ...user, ...scope } }).issueToken();
  expect(double.seen[0]?.body).toMatchObject({ auth: { scope: wire } });
});

test('issueToken() sends no scope when given an application credential', async () => {
  const double = await doubleForTest();
  const authentication = { type: 'application-credential', id: 'i', secret: 's' } as const;
  await clientFor(double.url, { authentication }).issueToken();
  const identity = { methods: ['application_credential'], application_credential: { id: 'i', secret: 's' } };
  expect(double.seen[0]?.body).toEqual({ auth: { identity } });
});

// SPDX-License-Identifier: Apache-2.0
// Resources: names on the wire, look-ups, conflicts and paging.

import { expect, test } from 'vitest';
import { clientFor, doubleForTest, errorOf } from './with-double.ts';

const ENDPOINT = { serviceId: 's', regionId: 'R1', interface: 'public', url: 'https://a' } as const;

test('create() speaks snake_case when fields are in camel case', async () => {
  const double = await doubleForTest();
  const { users } = clientFor(double.url).identity;
  const user = await users.create({
    name: 'nova',
    domainId: 'default',
    password: 'p',
    defaultProjectId: 'x',
  });
  expect(user).toMatchObject({ id: 'user-1', domainId: 'default', defaultProjectId: 'x', enabled: true });
  expect(user).not.toHaveProperty('password');
  expect(double.seen.at(-1)?.body).toEqual({
    user: { name: 'nova', domain_id: 'default', password: 'p', default_project_id: 'x' },
  });
});

test('find() compares every field of the key when the service ignores a filter', async () => {
  const double = await doubleForTest();
  double.store.set('regions', [{ id: 'R1' }, { id: 'R2' }]);
  const { regions } = clientFor(double.url).identity;
  expect(await regions.find({ id: 'R2' })).toMatchObject({ id: 'R2' });
  expect(await regions.find({ id: 'R3' })).toBeUndefined();
  expect([...(double.seen.at(-1)?.query ?? [])]).toEqual([]);
});

test('find() throws conflict when several entries have the key', async () => {
  const double = await doubleForTest();
  const twin = { type: 'image', name: 'glance', enabled: true };
  double.store.set('services', [
    { id: '1', ...twin },
    { id: '2', ...twin },
  ]);
  const { services } = clientFor(double.url).identity;
  expect(await errorOf(services.find({ type: 'image' }))).toMatchObject({ code: 'conflict' });
});

test('ensure() creates only one when keystone would allow two', async () => {
  const double = await doubleForTest();
  const { endpoints } = clientFor(double.url).identity;
  const first = await endpoints.ensure(ENDPOINT);
  const second = await endpoints.ensure({ ...ENDPOINT, url: 'https://b' });
  expect(second).toEqual(first);
  expect(double.seenTo('POST', '/v3/endpoints')).toHaveLength(1);
  const query = Object.fromEntries(double.seen.at(-1)?.query ?? []);
  expect(query).toEqual({ service_id: 's', interface: 'public', region_id: 'R1' });
});

test('ensure() looks up again when a rival was faster', async () => {
  const double = await doubleForTest();
  double.instead = ({ method, path }) => {
    if (method !== 'POST' || path !== '/v3/domains') return undefined;
    double.store.set('domains', [{ id: 'theirs', name: 'd', enabled: true }]);
    return { status: 409, body: { error: { message: 'Duplicate entry' } } };
  };
  const { domains } = clientFor(double.url).identity;
  expect(await domains.ensure({ name: 'd' })).toMatchObject({ id: 'theirs' });
});

test('ensure() throws the conflict when nothing has the key', async () => {
  const double = await doubleForTest();
  double.instead = ({ method, path }) =>
    method === 'POST' && path === '/v3/domains'
      ? { status: 409, body: { error: { message: 'Duplicate entry' } } }
      : undefined;
  const error = await errorOf(clientFor(double.url).identity.domains.ensure({ name: 'd' }));
  expect(error).toMatchObject({ code: 'conflict', status: 409, requestId: 'req-42' });
  expect(String(error)).toContain('Duplicate entry');
});

test('update() changes the given fields only when others exist', async () => {
  const double = await doubleForTest();
  const { domains } = clientFor(double.url).identity;
  const { id } = await domains.create({ name: 'd', description: 'kept' });
  expect(await domains.update(id, { enabled: false })).toMatchObject({ enabled: false, description: 'kept' });
});

test('delete() succeeds when the entry is gone', async () => {
  const double = await doubleForTest();
  const { domains } = clientFor(double.url).identity;
  const { id } = await domains.create({ name: 'd' });
  await domains.delete(id);
  await domains.delete(id);
  expect(await errorOf(domains.get(id))).toMatchObject({ code: 'not-found' });
});

test.each(['', '.', '..'])('get() refuses when the id is "%s"', async (id) => {
  const double = await doubleForTest();
  expect(await errorOf(clientFor(double.url).identity.users.get(id))).toBeInstanceOf(TypeError);
  expect(double.seen).toEqual([]);
});

test('assign() puts to the scope when it is project, domain or system', async () => {
  const double = await doubleForTest();
  const { roleAssignments } = clientFor(double.url).identity;
  await roleAssignments.assign({ roleId: 'r', userId: 'u', projectId: 'p' });
  await roleAssignments.assign({ roleId: 'r', groupId: 'g', domainId: 'd' });
  await roleAssignments.assign({ roleId: 'r', userId: 'u', system: true });
  expect(double.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path)).toEqual([
    '/v3/projects/p/users/u/roles/r',
    '/v3/domains/d/groups/g/roles/r',
    '/v3/system/users/u/roles/r',
  ]);
});

test('list() follows next links on its own host when pages have them', async () => {
  const double = await doubleForTest();
  double.instead = ({ path, query }) => {
    if (path !== '/v3/role_assignments') return undefined;
    const isFirst = query.get('marker') === null;
    const assignment = {
      role: { id: isFirst ? 'a' : 'b' },
      user: { id: 'u' },
      scope: { system: { all: true } },
    };
    const next = isFirst ? 'http://elsewhere.example/v3/role_assignments?marker=m' : null;
    return { status: 200, body: { role_assignments: [assignment], links: { next } } };
  };
  const found = await clientFor(double.url).identity.roleAssignments.list({ system: true });
  expect(found.map(({ roleId }) => roleId)).toEqual(['a', 'b']);
  expect(found[0]).toMatchObject({ userId: 'u', system: true, inherited: false });
});

test('list() goes on by marker when a page is full and has no link', async () => {
  const double = await doubleForTest();
  const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
  double.instead = ({ path, query }) => {
    if (path !== '/v3/regions') return undefined;
    const start = rows.findIndex(({ id }) => id === query.get('marker')) + 1;
    const regions = rows.slice(start, start + Number(query.get('limit')));
    return { status: 200, body: { regions, links: { next: null } } };
  };
  const found = await clientFor(double.url).identity.regions.list({}, { pageSize: 2 });
  expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('list() returns each entry once when the service ignores limit and marker', async () => {
  const double = await doubleForTest();
  double.store.set('regions', [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  const found = await clientFor(double.url).identity.regions.list({}, { pageSize: 2 });
  expect(found).toHaveLength(3);
});

test('list() throws invalid-response when the list is cut short for good', async () => {
  const double = await doubleForTest();
  double.instead = ({ path }) =>
    path === '/v3/regions'
      ? { status: 200, body: { regions: [{ id: 'a' }], truncated: true, links: { next: null } } }
      : undefined;
  const error = await errorOf(clientFor(double.url).identity.regions.list());
  expect(error).toMatchObject({ code: 'invalid-response' });
});

test.each([
  [400, 'bad-request'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [429, 'rate-limited'],
  [503, 'server'],
  [300, 'invalid-response'],
])('get() throws a telling code when the status is %i', async (status, code) => {
  const double = await doubleForTest();
  double.instead = ({ method }) =>
    method === 'GET' ? { status, body: { error: { message: 'because' } } } : undefined;
  const error = await errorOf(clientFor(double.url).identity.users.get('u'));
  const url = `${double.url}/users/u`;
  expect(error).toMatchObject({
    name: 'OpenStackError',
    code,
    status,
    url,
    requestId: 'req-42',
    method: 'GET',
  });
  expect(String(error)).toContain('because');
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code, status, message: expect.any(String) });
});

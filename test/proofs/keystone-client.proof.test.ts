// SPDX-License-Identifier: Apache-2.0
// openstack-client-ts against the real Keystone of a box, reached from outside as an operator reaches it.
// Proves: openstack-client-ts/src
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import {
  createOpenStackClient,
  isOpenStackError,
  type Authentication,
  type OpenStackClient,
  type OpenStackError,
} from 'openstack-client-ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { borrow, type Borrowed, type SharedCloud } from '../system/shared-cloud.ts';

const serviceTypes = ['compute', 'identity', 'image', 'network', 'placement'];
const adminProject = { projectName: 'admin', projectDomainName: 'Default' };

let cloud: SharedCloud;
let giveBack: Borrowed['giveBack'];
let authUrl: string;
let password: string;
let admin: OpenStackClient;
const open: OpenStackClient[] = [];

beforeAll(async () => {
  ({ cloud, giveBack } = await borrow());
  ({ authUrl, password } = cloud);
  admin = client({ ...adminUser(), ...adminProject });
  open.length = 0;
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(async () => {
  await admin.close();
  await giveBack();
});

const adminUser = () => ({
  type: 'password' as const,
  username: 'admin' as const,
  userDomainName: 'Default' as const,
  password,
});

function client(authentication: Authentication, url = authUrl): OpenStackClient {
  const { ca, region: regionName } = cloud;
  const made = createOpenStackClient({ authUrl: url, ca, regionName, authentication });
  open.push(made);
  return made;
}

/** Names of this run's own, so that a test finds nothing that another one made. */
const unique = (stem: string): string => `${stem}-${randomBytes(4).toString('hex')}`;

async function errorOf(promise: Promise<unknown>): Promise<OpenStackError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!isOpenStackError(outcome)) throw new Error(`An OpenStackError was expected, not ${inspect(outcome)}`);
  return outcome;
}

async function defaultDomain(): Promise<string> {
  return (await admin.identity.domains.find({ name: 'Default' }))?.id ?? '';
}

describe('tokens of a real Keystone', () => {
  it('issueToken() returns roles and a catalog when the scope is a project', async () => {
    const token = await admin.issueToken();
    expect(token.roles.map(({ name }) => name)).toContain('admin');
    expect(token.projectId).toMatch(/^[0-9a-f]{32}$/);
    expect(token.catalog.map(({ type }) => type).sort()).toEqual(serviceTypes);
  });

  it('issueToken() returns no project, no role and no catalog when it is unscoped', async () => {
    const token = await client({ ...adminUser(), unscoped: true }).issueToken();
    expect(token).toMatchObject({ projectId: undefined, roles: [], catalog: [] });
  });

  it('issueToken() returns the role admin and no project when the scope is the system', async () => {
    const token = await client({ ...adminUser(), system: true }).issueToken();
    expect(token.projectId).toBeUndefined();
    expect(token.roles.map(({ name }) => name)).toContain('admin');
  });

  it('validateToken() tells whom a token is for when it is live, and not-found when it is none', async () => {
    const token = await admin.issueToken();
    const details = await admin.identity.validateToken(token.token);
    expect(details).toMatchObject({ userId: token.userId, projectId: token.projectId });
    const unknown = await errorOf(admin.identity.validateToken(`${token.token.slice(0, -8)}AAAAAAAA`));
    expect(unknown.code).toBe('not-found');
  });

  it('discoverVersion() answers v3 when no token is sent', async () => {
    const nobody = client({ ...adminUser(), ...adminProject, password: 'unused' });
    expect(await nobody.identity.discoverVersion()).toMatchObject({
      id: expect.stringMatching(/^v3\./),
      status: 'stable',
    });
  });
});

describe('the catalog of a real Keystone', () => {
  it('endpoint() finds the URL when the region has one, and names what there is when not', async () => {
    for (const choice of ['public', 'internal', 'admin'] as const) {
      expect(String(await admin.endpoint('identity', { interface: choice }))).toBe(authUrl);
    }
    const lost = await errorOf(admin.endpoint('identity', { regionName: 'Elsewhere' }));
    expect(lost.code).toBe('not-found');
    expect(lost.message).toContain(`identity public ${cloud.region}`);
  });

  it('list() returns regions, services and endpoints when they are those of the spec', async () => {
    const { regions, services, endpoints } = admin.identity;
    expect((await regions.list()).map(({ id }) => id)).toEqual([cloud.region]);
    const list = await services.list();
    expect(list.map(({ type }) => type).sort()).toEqual(serviceTypes);
    const service = list.find(({ name }) => name === 'keystone');
    const urls = await endpoints.list({ serviceId: service?.id ?? '' });
    expect(urls.map((each) => each.interface).sort()).toEqual(['admin', 'internal', 'public']);
    expect(new Set(urls.map(({ url, regionId }) => `${regionId} ${url}`))).toEqual(
      new Set([`${cloud.region} ${authUrl}`]),
    );
  });
});

describe('resources of a real Keystone', () => {
  it('ensure(), update() and delete() keep one domain, project, user and role when they are repeated', async () => {
    const { domains, projects, users, roles } = admin.identity;
    const domain = await domains.ensure({ name: unique('domain'), description: 'first' });
    expect(await domains.ensure({ name: domain.name, description: 'other' })).toEqual(domain);
    const domainId = domain.id;
    const project = await projects.ensure({ name: 'one', domainId, tags: ['b'] });
    expect((await projects.ensure({ name: 'one', domainId })).id).toBe(project.id);
    const user = await users.ensure({ name: 'user', domainId, password: unique('password'), email: 'a@b.c' });
    expect((await users.ensure({ name: 'user', domainId })).id).toBe(user.id);
    const role = await roles.ensure({ name: unique('role') });
    expect((await roles.ensure({ name: role.name })).id).toBe(role.id);
    expect(await users.get(user.id)).toMatchObject({ name: 'user', domainId, email: 'a@b.c', enabled: true });
    expect((await projects.update(project.id, { description: 'new' })).description).toBe('new');

    const assignment = { roleId: role.id, userId: user.id, projectId: project.id };
    await admin.identity.roleAssignments.assign(assignment);
    await admin.identity.roleAssignments.assign(assignment);
    expect(await admin.identity.roleAssignments.list({ userId: user.id })).toMatchObject([assignment]);
    await admin.identity.roleAssignments.unassign(assignment);
    await admin.identity.roleAssignments.unassign(assignment);
    expect(await admin.identity.roleAssignments.list({ userId: user.id })).toEqual([]);

    await Promise.all([users.delete(user.id), projects.delete(project.id), roles.delete(role.id)]);
    await users.delete(user.id);
    expect((await errorOf(users.get(user.id))).code).toBe('not-found');
    expect((await errorOf(domains.delete(domainId))).code).toBe('forbidden');
    await domains.update(domainId, { enabled: false });
    await domains.delete(domainId);
    expect(await domains.find({ name: domain.name })).toBeUndefined();
  });

  it('create() is a conflict when the name is taken, and ensure() finds the rival when both create at once', async () => {
    const domainId = await defaultDomain();
    const rival = client({ ...adminUser(), ...adminProject });
    await Promise.all([admin.issueToken(), rival.identity.regions.list()]);
    for (let round = 0; round < 5; round += 1) {
      const input = { name: unique('raced'), domainId };
      const all = await Promise.all(
        [admin, rival, admin, rival].map((each) => each.identity.projects.ensure(input)),
      );
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      expect((await errorOf(admin.identity.projects.create(input))).code).toBe('conflict');
      await admin.identity.projects.delete(all[0]?.id ?? '');
    }
  });

  it('list() returns every entry once when the pages are smaller than the list', async () => {
    const domain = await admin.identity.domains.ensure({ name: unique('pages') });
    const names = Array.from({ length: 7 }, (_, index) => `project-${index}`);
    for (const name of names) await admin.identity.projects.create({ name, domainId: domain.id });
    for (const pageSize of [1, 2, 3, 7, 50]) {
      const list = await admin.identity.projects.list({ domainId: domain.id }, { pageSize });
      expect(list.map(({ name }) => name).sort()).toEqual(names);
    }
    await admin.identity.domains.update(domain.id, { enabled: false });
    await admin.identity.domains.delete(domain.id);
  });
});

describe('refusals of a real Keystone', () => {
  it('issueToken() is unauthorized, with the id of its request, when the password is wrong', async () => {
    const error = await errorOf(client({ ...adminUser(), ...adminProject, password: 'wrong' }).issueToken());
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, method: 'POST' });
    expect(error.requestId).toMatch(/^req-[0-9a-f-]{36}$/);
  });

  it('list() is unauthorized when the password is wrong also for the second token', async () => {
    const wrong = client({ ...adminUser(), ...adminProject, password: 'wrong' });
    expect((await errorOf(wrong.identity.users.list())).code).toBe('unauthorized');
  });

  it('issueToken() is unreachable when the certificate is of another authority', async () => {
    const stranger = createOpenStackClient({
      authUrl,
      authentication: { ...adminUser(), ...adminProject },
    });
    open.push(stranger);
    expect((await errorOf(stranger.issueToken())).code).toBe('unreachable');
  });

  it('list() is aborted when its signal fires before or during the call, and the client goes on', async () => {
    const before = await errorOf(admin.identity.users.list({}, { signal: AbortSignal.abort() }));
    expect(before.code).toBe('aborted');
    const during = new AbortController();
    const listing = errorOf(admin.identity.users.list({}, { signal: during.signal }));
    setTimeout(() => during.abort(), 2);
    expect((await listing).code).toBe('aborted');
    expect(await admin.identity.users.list()).not.toEqual([]);
  });

  it('errors hold neither password nor token when they are printed whole', async () => {
    const domainId = await defaultDomain();
    const { token } = await admin.issueToken();
    const secret = `s3cr3t "${unique('quoted')}" 'twice' back\\slash`;
    const { users } = admin.identity;
    const errors = await Promise.all([
      errorOf(client({ ...adminUser(), ...adminProject, password: secret }).issueToken()),
      errorOf(users.create({ name: 'x'.repeat(300), domainId, password: secret })),
      errorOf(users.create({ name: '', domainId, password: secret, description: secret })),
      errorOf(users.update('nobody', { password: secret })),
      errorOf(users.create({ name: 'admin', domainId, password: secret })),
      errorOf(admin.identity.validateToken(`${token.slice(0, -8)}AAAAAAAA`)),
      errorOf(
        admin.request({ serviceType: 'identity', method: 'GET', path: '/nothing', schema: null as never }),
      ),
    ]);
    for (const error of errors) {
      const shown = [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), error.stack];
      for (const value of [secret, secret.slice(0, 20), password, token, token.slice(0, 40)]) {
        expect(shown.join('\n')).not.toContain(value);
        expect(shown.join('\n')).not.toContain(JSON.stringify(value).slice(1, -1));
      }
      expect(error.requestId, error.message).toMatch(/^req-[0-9a-f-]{36}$/);
    }
  });
});

describe('revocation of a real Keystone', () => {
  it('the first call works by one re-authentication when the password was changed in the same second', async () => {
    const domainId = await defaultDomain();
    const { users, roles, projects, roleAssignments } = admin.identity;
    const user = await users.ensure({ name: unique('racer'), domainId, password: unique('first') });
    const project = await projects.find({ name: 'demo', domainId });
    const role = await roles.find({ name: 'member' });
    const grant = { roleId: role?.id ?? '', userId: user.id, projectId: project?.id ?? '' };
    await roleAssignments.assign(grant);
    for (let round = 0; round < 10; round += 1) {
      const next = unique('next');
      await users.setPassword(user.id, next);
      const racer = client({
        type: 'password',
        username: user.name,
        userDomainName: 'Default',
        password: next,
        projectName: 'demo',
        projectDomainName: 'Default',
      });
      expect((await racer.identity.users.get(user.id)).name, `round ${round}`).toBe(user.name);
    }
    await users.delete(user.id);
  });
});

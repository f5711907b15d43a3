// SPDX-License-Identifier: Apache-2.0
// Application credentials: the secret is handed over once and shown nowhere else. Against a double.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { clientFor, doubleForTest, errorOf } from './with-double.ts';

const PATH = '/v3/users/u/application_credentials';
const WIRE = {
  id: 'a',
  name: 'agent',
  description: null,
  project_id: 'p',
  unrestricted: null,
  roles: [{ id: 'r', name: 'reader', domain_id: null }],
  expires_at: '2026-12-31T00:00:00.000000',
};

test('create() hands over the secret, and find() does not', async () => {
  const double = await doubleForTest();
  double.instead = ({ method, path }) => {
    if (path !== PATH) return undefined;
    return method === 'POST'
      ? { status: 201, body: { application_credential: { ...WIRE, secret: 'shown-once' } } }
      : { status: 200, body: { application_credentials: [WIRE], links: { next: null } } };
  };
  const { applicationCredentials } = clientFor(double.url).identity;
  const expiresAt = new Date('2026-12-31T00:00:00Z');
  const input = { name: 'agent', roles: [{ name: 'reader' }], expiresAt };
  const made = await applicationCredentials.create('u', input);
  expect(made).toEqual({
    id: 'a',
    name: 'agent',
    description: '',
    projectId: 'p',
    unrestricted: false,
    secret: 'shown-once',
    roles: [{ id: 'r', name: 'reader' }],
    expiresAt: '2026-12-31T00:00:00.000000Z',
  });
  expect(double.seenTo('POST', PATH)[0]?.body).toEqual({
    application_credential: {
      name: 'agent',
      roles: [{ name: 'reader' }],
      expires_at: '2026-12-31T00:00:00.000Z',
    },
  });
  expect(await applicationCredentials.find('u', { name: 'agent' })).not.toHaveProperty('secret');
  expect(await applicationCredentials.find('u', { name: 'other' })).toBeUndefined();
});

test('create() does not show the caller’s own secret when the name is taken', async () => {
  const double = await doubleForTest();
  double.instead = ({ method, path, body }) =>
    method === 'POST' && path === PATH
      ? { status: 409, body: { error: { message: `Duplicate entry: ${JSON.stringify(body)}` } } }
      : undefined;
  const { applicationCredentials } = clientFor(double.url).identity;
  const error = await errorOf(applicationCredentials.create('u', { name: 'agent', secret: 'my-own-secret' }));
  expect(error).toMatchObject({ code: 'conflict' });
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(
    'my-own-secret',
  );
});

test('delete() succeeds when the credential is gone', async () => {
  const double = await doubleForTest();
  await clientFor(double.url).identity.applicationCredentials.delete('u', 'gone');
  expect(double.seen.at(-1)).toMatchObject({ method: 'DELETE', path: `${PATH}/gone` });
});

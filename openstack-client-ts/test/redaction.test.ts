// SPDX-License-Identifier: Apache-2.0
// No password, secret or token gets out through a client or an error, however hard a service echoes it.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { clientFor, doubleForTest, errorOf, PASSWORD } from './with-double.ts';

const TOKEN = 'token-1-secret';

function everyPrintOf(value: unknown): string {
  const shown = inspect(value, { depth: 20, showHidden: true, getters: true });
  const stack = value instanceof Error ? `${value.stack} ${value.message}` : '';
  return [shown, JSON.stringify(value), String(value), stack].join('\n');
}

/** Every way an echo might spell the secret, found in the print. */
function leaksOf(secret: string, print: string): string[] {
  const spellings = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
    encodeURIComponent(secret),
  ];
  return spellings.filter((spelling) => print.includes(spelling));
}

test('createOpenStackClient() does not show secrets when the client is printed', async () => {
  const double = await doubleForTest();
  const client = clientFor(double.url);
  await client.identity.domains.list();
  expect(leaksOf(PASSWORD, everyPrintOf(client))).toEqual([]);
  expect(everyPrintOf(client)).not.toContain(TOKEN);
});

test('issueToken() does not show the password when the service echoes it', async () => {
  const double = await doubleForTest();
  const python = PASSWORD.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const message = `bad ${PASSWORD} and '${python}' and ${encodeURIComponent(PASSWORD)}`;
  double.instead = () => ({ status: 400, body: { error: { message } } });
  const error = await errorOf(clientFor(double.url).issueToken());
  expect(leaksOf(PASSWORD, everyPrintOf(error))).toEqual([]);
  expect(error).toMatchObject({ code: 'bad-request', requestId: 'req-42' });
  expect(String(error)).toContain("bad [redacted] and '[redacted]' and [redacted]");
});

test('issueToken() does not show the application credential when the connection breaks', async () => {
  const double = await doubleForTest();
  double.instead = () => 'reset';
  const authentication = { type: 'application-credential', id: 'i', secret: 'very-private' } as const;
  const error = await errorOf(clientFor(double.url, { authentication }).issueToken());
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(everyPrintOf(error)).not.toContain('very-private');
});

test('setPassword() does not show the new password when keystone refuses it', async () => {
  const double = await doubleForTest();
  const message = "Invalid input for field 'password': 'hunter22' is too short";
  double.instead = ({ method }) =>
    method === 'PATCH' ? { status: 400, body: { error: { message } } } : undefined;
  const error = await errorOf(clientFor(double.url).identity.users.setPassword('u', 'hunter22'));
  expect(everyPrintOf(error)).not.toContain('hunter22');
  expect(String(error)).toContain("field 'password': '[redacted]' is too short");
});

test('validateToken() does not show either token when the service echoes them', async () => {
  const double = await doubleForTest();
  const message = `no token other-token for ${TOKEN}`;
  double.instead = ({ method }) =>
    method === 'GET' ? { status: 404, body: { error: { message } } } : undefined;
  const error = await errorOf(clientFor(double.url).identity.validateToken('other-token'));
  expect(error).toMatchObject({ code: 'not-found', status: 404 });
  expect(everyPrintOf(error)).not.toMatch(/other-token|token-1-secret/);
});

test('issueToken() does not quote the body when it is not understood', async () => {
  const double = await doubleForTest();
  double.instead = () => ({ status: 201, body: { token: { user: 'body-secret' } } });
  const error = await errorOf(clientFor(double.url).issueToken());
  expect(error).toMatchObject({ code: 'invalid-response', status: 201 });
  expect(everyPrintOf(error)).not.toContain('body-secret');
});

test('createOpenStackClient() does not show credentials when the auth url holds some', () => {
  expect(() => clientFor('https://me:hidden@host/v3')).toThrow(/^authUrl must not hold credentials$/);
  expect(() => clientFor('https://host/?password=hidden')).toThrow(
    /^authUrl must end in \/v3: https:\/\/host\/$/,
  );
});

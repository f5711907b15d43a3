// SPDX-License-Identifier: Apache-2.0
// A service that asks to be left alone for a while, against a double.

import { afterEach, expect, test, vi } from 'vitest';
import { retryAfterSecondsOf } from '../src/http/retry-after.ts';
import { serviceDouble, type Answer, type Handle } from './service-double.ts';
import { errorOf } from './with-double.ts';

afterEach(() => vi.restoreAllMocks());

const NETWORK = {
  id: 'n',
  name: 'net',
  project_id: 'p',
  status: 'ACTIVE',
  admin_state_up: true,
  shared: false,
  subnets: [],
};

/** Refuses so many calls, then answers. */
function refusing(times: number, refusal: Answer): Handle {
  let left = times;
  return ({ method }) => {
    if (left-- > 0) return refusal;
    return method === 'GET' ? { body: { networks: [NETWORK] } } : { body: { network: NETWORK } };
  };
}

test('list() waits as long as asked when the answer is 429 or 503 with seconds', async () => {
  for (const status of [429, 503]) {
    const { client, seen } = await serviceDouble(refusing(1, { status, headers: { 'retry-after': '1' } }));
    expect(await client.network.networks.list()).toHaveLength(1);
    const [first, second] = seen;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  }
});

test('update() comes back when a PUT is answered 503, and create() only when a POST is answered 429', async () => {
  const later = { headers: { 'retry-after': '0' } };
  const busy = await serviceDouble(refusing(1, { status: 503, ...later }));
  expect(await busy.client.network.networks.update('n', { mtu: 1400 })).toMatchObject({ id: 'n' });
  const refused = await serviceDouble(refusing(1, { status: 503, ...later }));
  expect(await errorOf(refused.client.network.networks.create({ name: 'net' }))).toMatchObject({
    code: 'server',
    status: 503,
    retryAfterSeconds: 0,
  });
  expect(refused.seen).toHaveLength(1);
  const limited = await serviceDouble(refusing(1, { status: 429, ...later }));
  expect(await limited.client.network.networks.create({ name: 'net' })).toMatchObject({ id: 'n' });
  expect(limited.seen).toHaveLength(2);
});

test('list() is rate-limited when the fourth answer is still 429', async () => {
  const { client, seen } = await serviceDouble(() => ({ status: 429, headers: { 'retry-after': '0' } }));
  const error = await errorOf(client.network.networks.list());
  expect(error).toMatchObject({ code: 'rate-limited', status: 429, requestId: 'req-42' });
  expect(seen).toHaveLength(4);
});

test('list() does not come back when nothing asks it to', async () => {
  const { client, seen } = await serviceDouble(() => ({ status: 503 }));
  expect(await errorOf(client.network.networks.list())).toMatchObject({ code: 'server', status: 503 });
  expect(seen).toHaveLength(1);
});

test('list() waits no more than 30 seconds when it is asked for an hour, and not when it is aborted', async () => {
  const spied = vi.spyOn(globalThis, 'setTimeout');
  const { client } = await serviceDouble(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
  const abort = new AbortController();
  const failing = errorOf(client.network.networks.list({}, { signal: abort.signal }));
  await vi.waitFor(() => expect(spied.mock.calls.map(([, ms]) => ms)).toContain(30_000), 5000);
  expect(Math.max(...spied.mock.calls.map(([, ms]) => ms ?? 0))).toBe(30_000);
  const startedAtMs = performance.now();
  abort.abort();
  expect(await failing).toMatchObject({ code: 'aborted' });
  expect(performance.now() - startedAtMs).toBeLessThan(1000);
});

test.each([
  ['120', '', 120],
  ['1.5', '', 1.5],
  ['', '', undefined],
  ['soon', '', undefined],
  ['-5', '', undefined],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 'Fri, 31 Dec 1999 23:59:29 GMT', 30],
  ['Fri, 31 Dec 1999 23:59:59 GMT', '', 0],
])('retryAfterSecondsOf() reads "%s" sent at "%s" as %s', (asked, date, seconds) => {
  const headers = new Map([
    ['retry-after', asked],
    ['date', date],
  ]);
  const header = (name: string): string | undefined => headers.get(name);
  const request = { method: 'GET', url: new URL('http://double') } as const;
  expect(retryAfterSecondsOf({ request, status: 503, text: '', header })).toBe(seconds);
});

// SPDX-License-Identifier: Apache-2.0
// Lists in pages, as each of the services makes them, against a double.

import { expect, test } from 'vitest';
import { serviceDouble, type Seen } from './service-double.ts';
import { errorOf } from './with-double.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

/** The page after the marker, of two entries unless the caller asks for fewer. */
function pageOf({ query }: Seen): { ids: string[]; isLast: boolean; next: string } {
  const start = query['marker'] === undefined ? 0 : IDS.indexOf(query['marker']) + 1;
  const ids = IDS.slice(start, start + Number(query['limit'] ?? 2));
  const isLast = start + ids.length >= IDS.length;
  // Another host and scheme, as services behind a proxy name: only the query may be used.
  return { ids, isLast, next: `http://elsewhere.example/x?limit=2&marker=${ids.at(-1)}&kept=yes` };
}

const network = (id: string): object => ({
  id,
  name: id,
  project_id: 'p',
  status: 'ACTIVE',
  admin_state_up: true,
  shared: false,
  subnets: [],
});
const flavor = (id: string): object => ({ id, name: id, vcpus: 1, ram: 1, disk: 0, swap: '' });
const image = (id: string): object => ({
  id,
  name: id,
  status: 'queued',
  visibility: 'private',
  protected: false,
  tags: [],
  created_at: 'x',
  updated_at: 'x',
});

test('list() follows networks_links when Neutron cuts the list by itself', async () => {
  const { client, seen } = await serviceDouble((one) => {
    const { ids, isLast, next } = pageOf(one);
    const links = isLast
      ? {}
      : {
          networks_links: [
            { rel: 'previous', href: 'x' },
            { rel: 'next', href: next },
          ],
        };
    return { body: { networks: ids.map(network), ...links } };
  });
  expect((await client.network.networks.list({ shared: true })).map(({ id }) => id)).toEqual(IDS);
  expect(seen.map(({ path }) => path)).toEqual(Array(3).fill('/network/v2.0/networks'));
  expect(seen[0]?.query).toEqual({ shared: 'true' });
  expect(seen[1]?.query).toEqual({ limit: '2', marker: 'b', kept: 'yes' });
});

test('list() follows flavors_links when Nova has more, also to a last page that is empty', async () => {
  const { client, seen } = await serviceDouble((one) => {
    const { ids, next } = pageOf(one);
    const links = ids.length === 0 ? {} : { flavors_links: [{ rel: 'next', href: next }] };
    return { body: { flavors: ids.map(flavor), ...links } };
  });
  expect((await client.compute.flavors.list()).map(({ id }) => id)).toEqual(IDS);
  expect(seen[0]).toMatchObject({ path: '/compute/v2.1/flavors/detail', query: { is_public: 'None' } });
  expect(seen.every(({ headers }) => headers['openstack-api-version'] === 'compute 2.93')).toBe(true);
});

test('list() follows next when Glance has more', async () => {
  const { client, seen } = await serviceDouble((one) => {
    const { ids, isLast } = pageOf(one);
    const next = isLast ? {} : { next: `/v2/images?marker=${ids.at(-1)}&name=x` };
    return { body: { images: ids.map(image), schema: '/v2/schemas/images', first: '/v2/images', ...next } };
  });
  expect((await client.image.images.list({ name: 'x' })).map(({ id }) => id)).toEqual(IDS);
  expect(seen[2]).toMatchObject({ path: '/image/v2/images', query: { marker: 'd', name: 'x' } });
});

test('list() goes on by marker when the caller’s page is full and has no link', async () => {
  const { client, seen } = await serviceDouble((one) => ({
    body: { networks: pageOf(one).ids.map(network) },
  }));
  const found = await client.network.networks.list({ projectId: 'p' }, { pageSize: 3 });
  expect(found.map(({ id }) => id)).toEqual(IDS);
  expect(seen.map(({ query }) => query)).toEqual([
    { project_id: 'p', limit: '3' },
    { project_id: 'p', limit: '3', marker: 'c' },
  ]);
});

test('list() ends when a link leads to what was seen already', async () => {
  const { client } = await serviceDouble(() => ({
    body: { networks: IDS.map(network), networks_links: [{ rel: 'next', href: '?marker=e' }] },
  }));
  expect(await client.network.networks.list()).toHaveLength(5);
});

test('list() is an invalid-response when an entry is not one', async () => {
  const { client } = await serviceDouble(() => ({ body: { networks: [{ id: 1 }] } }));
  const error = await errorOf(client.network.networks.list());
  expect(error).toMatchObject({ code: 'invalid-response' });
  expect(String(error)).toContain('entries.0.id: invalid_type');
});

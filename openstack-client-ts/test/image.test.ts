// SPDX-License-Identifier: Apache-2.0
// Images as records: names on the wire, extra properties and patches, against a double.

import { expect, test } from 'vitest';
import { serviceDouble, type Answer, type Seen } from './service-double.ts';
import { errorOf } from './with-double.ts';

const WIRE = {
  id: 'i',
  name: 'cirros',
  status: 'active',
  visibility: 'public',
  owner: 'p',
  protected: true,
  container_format: 'bare',
  disk_format: 'qcow2',
  min_disk: 1,
  min_ram: 64,
  size: 9,
  virtual_size: null,
  checksum: 'c',
  os_hash_algo: 'sha512',
  os_hash_value: 'h',
  os_hidden: false,
  tags: ['b', 'a'],
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-02T00:00:00Z',
  self: '/v2/images/i',
  file: '/v2/images/i/file',
  schema: '/v2/schemas/image',
  stores: 'local',
  os_distro: 'cirros',
  'a/b~c': 'odd',
  hw_machine_type: 'q35',
};

const always =
  (body: unknown): (() => Answer) =>
  () => ({ body });

test('get() tells extra properties from Glance’s own fields', async () => {
  const { client } = await serviceDouble(always(WIRE));
  expect(await client.image.images.get('i')).toEqual({
    id: 'i',
    name: 'cirros',
    status: 'active',
    visibility: 'public',
    owner: 'p',
    protected: true,
    containerFormat: 'bare',
    diskFormat: 'qcow2',
    minDisk: 1,
    minRam: 64,
    size: 9,
    virtualSize: undefined,
    checksum: 'c',
    hashAlgorithm: 'sha512',
    hash: 'h',
    hidden: false,
    tags: ['b', 'a'],
    createdAt: WIRE.created_at,
    updatedAt: WIRE.updated_at,
    properties: { os_distro: 'cirros', 'a/b~c': 'odd', hw_machine_type: 'q35' },
  });
});

test('create() puts properties beside the fields', async () => {
  const { client, seen } = await serviceDouble(always(WIRE));
  await client.image.images.create({
    name: 'cirros',
    visibility: 'public',
    containerFormat: 'bare',
    diskFormat: 'qcow2',
    minDisk: 1,
    minRam: 64,
    protected: true,
    hidden: true,
    tags: ['a'],
    properties: { os_distro: 'cirros', hw_disk_bus: 'virtio' },
  });
  expect(seen[0]).toMatchObject({ method: 'POST', path: '/image/v2/images' });
  expect(seen[0]?.body).toEqual({
    name: 'cirros',
    visibility: 'public',
    container_format: 'bare',
    disk_format: 'qcow2',
    min_disk: 1,
    min_ram: 64,
    protected: true,
    os_hidden: true,
    tags: ['a'],
    os_distro: 'cirros',
    hw_disk_bus: 'virtio',
  });
});

test('create() throws when a property has the name of a field', async () => {
  const { client, seen } = await serviceDouble(always(WIRE));
  const creating = client.image.images.create({ name: 'x', properties: { visibility: 'public' } });
  expect(await errorOf(creating)).toBeInstanceOf(TypeError);
  expect(seen).toEqual([]);
});

test('update() patches what differs only, and removes a property of null', async () => {
  const { client, seen } = await serviceDouble(always(WIRE));
  await client.image.images.update('i', {
    name: 'cirros',
    minDisk: 2,
    tags: ['a', 'b'],
    protected: false,
    hidden: true,
    properties: { os_distro: null, gone: null, 'a/b~c': 'even', hw_machine_type: 'q35', os_version: '0.6' },
  });
  const patch = seen.at(-1);
  expect(patch).toMatchObject({ method: 'PATCH', path: '/image/v2/images/i' });
  expect(patch?.headers['content-type']).toBe('application/openstack-images-v2.1-json-patch');
  expect(patch?.body).toEqual([
    { op: 'replace', path: '/min_disk', value: 2 },
    { op: 'replace', path: '/protected', value: false },
    { op: 'replace', path: '/os_hidden', value: true },
    { op: 'remove', path: '/os_distro' },
    { op: 'replace', path: '/a~1b~0c', value: 'even' },
    { op: 'add', path: '/os_version', value: '0.6' },
  ]);
});

test('update() sends nothing when nothing differs', async () => {
  const { client, seen } = await serviceDouble(always(WIRE));
  const image = await client.image.images.update('i', { minRam: 64, properties: { os_distro: 'cirros' } });
  expect(image.id).toBe('i');
  expect(seen.map(({ method }) => method)).toEqual(['GET']);
});

test('delete() is forbidden when the image is protected, and done when it is gone', async () => {
  let status = 403;
  const { client } = await serviceDouble(() => ({ status }));
  expect(await errorOf(client.image.images.delete('i'))).toMatchObject({ code: 'forbidden' });
  status = 404;
  await client.image.images.delete('i');
});

test('ensure() makes one image when callers of one client are concurrent', async () => {
  const images: object[] = [];
  const { client, seen } = await serviceDouble(({ method, body }: Seen) => {
    if (method === 'GET') return { body: { images } };
    images.push({ ...WIRE, ...(body as object), id: `i-${images.length}` });
    return { status: 201, body: images.at(-1) };
  });
  const all = await Promise.all([1, 2, 3].map(() => client.image.images.ensure({ name: 'cirros' })));
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set(['i-0']));
  expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('find() is a conflict when several images have the name', async () => {
  const { client } = await serviceDouble(always({ images: [WIRE, { ...WIRE, id: 'j', owner: 'q' }] }));
  expect(await errorOf(client.image.images.find({ name: 'cirros' }))).toMatchObject({ code: 'conflict' });
  expect(await client.image.images.find({ name: 'cirros', owner: 'q' })).toMatchObject({ id: 'j' });
});

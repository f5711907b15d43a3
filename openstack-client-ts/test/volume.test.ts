// SPDX-License-Identifier: Apache-2.0
// Cinder's volumes: names on the wire, and what volumes go through, against a double written after Cinder's API reference.

import { expect, test } from 'vitest';
import { serviceDouble } from './service-double.ts';
import { errorOf } from './with-double.ts';

const VOLUME = { id: 'v', name: 'data', status: 'creating', size: 1, created_at: 'x', attachments: [] };
const base = '/block-storage/v3/project-id/volumes';

test('create() speaks of gigabytes as Cinder reads them, and waitFor() waits for the status', async () => {
  const states = ['creating', 'available'];
  const { client, seen } = await serviceDouble(({ method }) => {
    if (method === 'POST') return { status: 202, body: { volume: VOLUME } };
    return { body: { volume: { ...VOLUME, status: states.shift() ?? 'available' } } };
  });
  const { volumes } = client.blockStorage;
  const { id } = await volumes.create({ name: 'data', sizeGigabytes: 1 });
  const volume = await volumes.waitFor(id, 'available', { intervalSeconds: 0.01 });
  expect(volume).toMatchObject({ name: 'data', sizeGigabytes: 1, status: 'available', attachments: [] });
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `POST ${base}`,
    `GET ${base}/v`,
    `GET ${base}/v`,
  ]);
  expect(seen[0]?.body).toEqual({ volume: { name: 'data', size: 1 } });
});

test('pools and limits are read and changed at the paths that Cinder has for administrators', async () => {
  const limits = { volumes: 10, snapshots: 10, gigabytes: 1000, per_volume_gigabytes: -1, backups: 10 };
  const { client, seen } = await serviceDouble(({ path }) =>
    path.endsWith('get_pools')
      ? { body: { pools: [{ name: 'box@nfs#nfs', capabilities: {} }] } }
      : { body: { quota_set: { id: 'p', ...limits } } },
  );
  const { pools, quotaSets } = client.blockStorage;
  expect((await pools.list()).map(({ name }) => name)).toEqual(['box@nfs#nfs']);
  expect(await quotaSets.get('p')).toMatchObject({ volumes: 10, gigabytes: 1000, perVolumeGigabytes: -1 });
  await quotaSets.update('p', { perVolumeGigabytes: 5 });
  const root = base.replace('/volumes', '');
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET ${root}/scheduler-stats/get_pools`,
    `GET ${root}/os-quota-sets/p`,
    `PUT ${root}/os-quota-sets/p`,
  ]);
  expect(seen[2]?.body).toEqual({ quota_set: { per_volume_gigabytes: 5 } });
});

test('list() reads what a volume is attached to', async () => {
  const attachments = [{ server_id: 's', device: '/dev/vdb', attachment_id: 'a' }];
  const { client, seen } = await serviceDouble(() => ({
    body: { volumes: [{ ...VOLUME, name: null, status: 'in-use', attachments }] },
  }));
  const [volume] = await client.blockStorage.volumes.list();
  expect(volume).toMatchObject({ name: '', attachments: [{ serverId: 's', device: '/dev/vdb' }] });
  expect(seen[0]?.path).toBe(`${base}/detail`);
});

test('waitFor() and waitUntilGone() end with a fault when the volume is in an error', async () => {
  const { client } = await serviceDouble(() => ({
    body: { volume: { ...VOLUME, status: 'error_deleting' } },
  }));
  const { volumes } = client.blockStorage;
  expect(await errorOf(volumes.waitFor('v', 'available'))).toMatchObject({ code: 'fault' });
  expect(String(await errorOf(volumes.waitUntilGone('v')))).toContain('the volume is in error_deleting');
});

test('waitUntilGone() resolves when Cinder knows the volume no more', async () => {
  const { client } = await serviceDouble(() => ({ status: 404 }));
  await client.blockStorage.volumes.waitUntilGone('v');
});

test('attachVolume() and detachVolume() ask Nova, and a volume that is gone counts as detached', async () => {
  const { client, seen } = await serviceDouble(({ method }) =>
    method === 'POST' ? { body: { volumeAttachment: { device: '/dev/vdb' } } } : { status: 404 },
  );
  const { servers } = client.compute;
  expect(await servers.attachVolume('s', 'v')).toBe('/dev/vdb');
  await servers.detachVolume('s', 'v');
  const path = '/compute/v2.1/servers/s/os-volume_attachments';
  expect(seen.map((one) => `${one.method} ${one.path}`)).toEqual([`POST ${path}`, `DELETE ${path}/v`]);
  expect(seen[0]?.body).toEqual({ volumeAttachment: { volumeId: 'v' } });
});

test('attachedVolumes() are those that Nova has for the server', async () => {
  const volumeAttachments = [{ volumeId: 'v', device: '/dev/vdb' }, { volumeId: 'w' }];
  const { client } = await serviceDouble(() => ({ body: { volumeAttachments } }));
  expect(await client.compute.servers.attachedVolumes('s')).toEqual(['v', 'w']);
});

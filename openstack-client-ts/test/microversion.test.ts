// SPDX-License-Identifier: Apache-2.0
// Which version of an API is spoken, and what comes of one a service does not speak, against a double.

import { expect, test } from 'vitest';
import { z } from 'zod';
import { COMPUTE_MICROVERSION, PLACEMENT_MICROVERSION } from '../src/index.ts';
import { serviceDouble } from './service-double.ts';
import { errorOf } from './with-double.ts';

const versionsSeen = (seen: { headers: Record<string, unknown> }[]): unknown[] =>
  seen.map(({ headers }) => headers['openstack-api-version']);

test('list() speaks the pinned version, the client’s or the call’s when there is one', async () => {
  const double = await serviceDouble(() => ({ body: { services: [], resource_providers: [] } }));
  const overridden = double.clientWith({ microversions: { compute: '2.60', placement: '1.20' } });
  for (const client of [double.client, overridden]) {
    await client.compute.services.list();
    await client.compute.services.list({}, { microversion: '2.100' });
    await client.placement.resourceProviders.list();
  }
  expect(versionsSeen(double.seen)).toEqual([
    `compute ${COMPUTE_MICROVERSION}`,
    'compute 2.100',
    `placement ${PLACEMENT_MICROVERSION}`,
    'compute 2.60',
    'compute 2.100',
    'placement 1.20',
  ]);
  expect([overridden.compute.microversion, overridden.placement.microversion]).toEqual(['2.60', '1.20']);
});

test('list() is an unsupported-version naming both sides when Nova answers 406', async () => {
  const message = 'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.100.';
  const { client } = await serviceDouble(() => ({
    status: 406,
    body: { computeFault: { code: 406, message } },
  }));
  const error = await errorOf(client.compute.flavors.list({}, { microversion: '2.999' }));
  expect(error).toMatchObject({ code: 'unsupported-version', status: 406 });
  expect(String(error)).toContain(`the service does not speak "compute 2.999": ${message}`);
});

test('list() is an unsupported-version when Placement answers 406', async () => {
  const detail = 'Unacceptable version header: 9.9';
  const { client } = await serviceDouble(() => ({
    status: 406,
    body: { errors: [{ status: 406, detail }] },
  }));
  const error = await errorOf(client.placement.resourceProviders.list({}, { microversion: '9.9' }));
  expect(String(error)).toContain(`the service does not speak "placement 9.9": ${detail}`);
});

test('request() speaks a microversion when it is given one, and none otherwise', async () => {
  const { client, seen } = await serviceDouble(() => ({ body: {} }));
  const call = {
    serviceType: 'compute',
    method: 'GET',
    path: '/os-aggregates',
    schema: z.unknown(),
  } as const;
  await client.request({ ...call, microversion: '2.90' });
  await client.request(call);
  expect(versionsSeen(seen)).toEqual(['compute 2.90', undefined]);
  expect(seen[0]?.path).toBe('/compute/v2.1/os-aggregates');
});

test('discoverVersion() asks at the root when the catalog’s URL names a version', async () => {
  const { client, seen } = await serviceDouble(() => ({
    body: {
      versions: [
        { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '' },
        { id: 'v2.1', status: 'CURRENT', version: '2.100', min_version: '2.1' },
      ],
    },
  }));
  expect(await client.compute.discoverVersion()).toEqual({
    id: 'v2.1',
    status: 'CURRENT',
    version: '2.100',
    minVersion: '2.1',
  });
  expect(await client.network.discoverVersion()).toMatchObject({ id: 'v2.0', version: undefined });
  expect(await client.image.discoverVersion()).toMatchObject({ id: 'v2.1' });
  await client.placement.discoverVersion();
  expect(seen.map(({ path }) => path)).toEqual(['/compute/', '/network/', '/image/versions', '/placement/']);
});

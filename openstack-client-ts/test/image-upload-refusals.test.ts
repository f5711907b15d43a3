// SPDX-License-Identifier: Apache-2.0
// Uploads that come to nothing: refused, broken, or of the wrong size. Against a double.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { countBytes, generated, glance, MEBIBYTE } from './glance-double.ts';
import { serviceDouble } from './service-double.ts';
import { errorOf } from './with-double.ts';

test('upload() is a conflict and reads nothing when the image is not queued', async () => {
  const { client, seen } = await serviceDouble(glance('active', async () => ({ status: 500 })));
  const { source, made } = generated(1);
  const error = await errorOf(client.image.images.upload('i', source, { sizeBytes: MEBIBYTE }));
  expect(error).toMatchObject({ code: 'conflict' });
  expect(String(error)).toContain('the image is active, not queued');
  expect([made(), seen.length]).toEqual([0, 1]);
  const stream = Readable.from([Buffer.alloc(1)]);
  expect(await errorOf(client.image.images.upload('i', stream, { sizeBytes: 1 }))).toMatchObject({
    code: 'conflict',
  });
  expect(stream.destroyed).toBe(true);
});

test('upload() is a conflict when a rival was faster', async () => {
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      await countBytes(request);
      return {
        status: 409,
        body: { message: 'Image status transition from saving to saving is not allowed' },
      };
    }),
  );
  const error = await errorOf(client.image.images.upload('i', generated(1).source, { sizeBytes: MEBIBYTE }));
  expect(error).toMatchObject({ code: 'conflict', status: 409, requestId: 'req-42' });
});

test('upload() begins anew after a 401 when the source is a function, and not when it is a stream', async () => {
  const uploads: number[] = [];
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      uploads.push(await countBytes(request));
      return { status: uploads.length === 1 ? 401 : 204 };
    }),
  );
  await client.image.images.upload('i', generated(2).source, { sizeBytes: 2 * MEBIBYTE });
  expect(uploads).toEqual([2 * MEBIBYTE, 2 * MEBIBYTE]);
  uploads.length = 0;
  const stream = Readable.from(generated(1).source());
  const error = await errorOf(client.image.images.upload('i', stream, { sizeBytes: MEBIBYTE }));
  expect(error).toMatchObject({ code: 'unauthorized' });
  expect(uploads).toHaveLength(1);
});

test('upload() is unreachable and not repeated when the connection breaks', async () => {
  const { client, seen } = await serviceDouble(
    glance('queued', async (request) => {
      request.once('data', () => request.socket.resetAndDestroy());
      return new Promise(() => {});
    }),
  );
  const { source } = generated(64);
  const error = await errorOf(client.image.images.upload('i', source, { sizeBytes: 64 * MEBIBYTE }));
  expect(error).toMatchObject({ code: 'unreachable', method: 'PUT' });
  expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('upload() throws what the source throws, and a TypeError when the size is wrong', async () => {
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      await countBytes(request);
      return { status: 204 };
    }),
  );
  const broken = new Error('disk gone');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(10);
    throw broken;
  }
  expect(await errorOf(client.image.images.upload('i', failing, { sizeBytes: 20 }))).toBe(broken);
  const { source } = generated(1);
  for (const [sizeBytes, message] of [
    [MEBIBYTE + 1, 'ends after 1048576 of 1048577 bytes'],
    [MEBIBYTE - 1, 'more than its 1048575 bytes'],
    [-1, 'whole number of bytes'],
  ] as const) {
    const error = await errorOf(client.image.images.upload('i', source, { sizeBytes }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
  }
});

test('upload() throws the error of a stream that fails before it is read', async () => {
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      await countBytes(request);
      return { status: 204 };
    }),
  );
  const missing = createReadStream('/no/such/image');
  const error = await errorOf(client.image.images.upload('i', missing, { sizeBytes: 1 }));
  expect(error).toMatchObject({ code: 'ENOENT' });
});

test('upload() is a conflict when Glance drops the bytes of the slower of two uploads', async () => {
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      await countBytes(request);
      return { status: 410, body: { message: 'Image could not be found after upload' } };
    }),
  );
  const error = await errorOf(client.image.images.upload('i', generated(1).source, { sizeBytes: MEBIBYTE }));
  expect(error).toMatchObject({ code: 'conflict', status: 410 });
  expect(String(error)).toContain('another upload was faster');
});

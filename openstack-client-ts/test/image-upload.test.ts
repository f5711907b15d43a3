// SPDX-License-Identifier: Apache-2.0
// The bytes of an image on their way up: never held, never sent twice by mistake. Against a double.

import type { IncomingMessage } from 'node:http';

import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { serviceDouble, type Answer, type Handle, type Seen } from './service-double.ts';
import { errorOf } from './with-double.ts';

const MEBIBYTE = 1024 * 1024;
const IMAGE = {
  ...{
    id: 'i',
    name: 'x',
    visibility: 'private',
    protected: false,
    tags: [],
    created_at: 'x',
    updated_at: 'x',
  },
};

/** A Glance whose image has this status, and that answers an upload as told. */
function glance(status: string, onUpload: (request: IncomingMessage, seen: Seen) => Promise<Answer>): Handle {
  return (seen, { request }) =>
    seen.path.endsWith('/file') ? onUpload(request, seen) : { body: { ...IMAGE, status } };
}

async function countBytes(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).byteLength;
  return bytes;
}

/** So many mebibytes, made one by one and counted. */
function generated(mebibytes: number): { source: () => AsyncGenerator<Uint8Array>; made: () => number } {
  let made = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < mebibytes; index++) {
      made++;
      yield Buffer.alloc(MEBIBYTE, index);
    }
  }
  return { source, made: () => made };
}

test('upload() sends every byte, with its size and type, when the source is a function', async () => {
  let received = 0;
  const { client, seen } = await serviceDouble(
    glance('queued', async (request) => {
      received = await countBytes(request);
      return { status: 204 };
    }),
  );
  await client.image.images.upload('i', generated(3).source, { sizeBytes: 3 * MEBIBYTE });
  expect(received).toBe(3 * MEBIBYTE);
  expect(seen.at(-1)).toMatchObject({ method: 'PUT', path: '/image/v2/images/i/file' });
  expect(seen.at(-1)?.headers).toMatchObject({
    ...{ 'content-type': 'application/octet-stream', 'content-length': String(3 * MEBIBYTE) },
    connection: 'close',
  });
});

test('upload() reads no further than the service takes, and holds little, when it is a gibibyte', async () => {
  const size = 1024;
  const { source, made } = generated(size);
  let madeWhileStalled = 0;
  let highest = 0;
  const { client } = await serviceDouble(
    glance('queued', async (request) => {
      // Takes nothing at first: the client must stop reading its source.
      await delay(500);
      madeWhileStalled = made();
      const received = await countBytes(request);
      return received === size * MEBIBYTE ? { status: 204 } : { status: 400 };
    }),
  );
  const before = process.memoryUsage().arrayBuffers;
  const timer = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
  }, 10);
  await client.image.images.upload('i', source, { sizeBytes: size * MEBIBYTE });
  clearInterval(timer);
  expect(made()).toBe(size);
  // What the sockets of the machine hold, which is some mebibytes.
  expect(madeWhileStalled).toBeLessThan(32);
  // Measured 60 to 120: garbage that was not collected yet. A body held as a whole would be 1024.
  expect(highest / MEBIBYTE).toBeLessThan(400);
});

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

test('upload() ends when nothing moves any more or its signal fires', async () => {
  const { client } = await serviceDouble(glance('queued', () => new Promise(() => {})));
  const { source, made } = generated(256);
  const options = { sizeBytes: 256 * MEBIBYTE, stallTimeoutSeconds: 0.3 };
  const error = await errorOf(client.image.images.upload('i', source, options));
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(String(error)).toContain('nothing moved within 0.3 seconds');
  const signal = AbortSignal.timeout(100);
  expect(await errorOf(client.image.images.upload('i', source, { ...options, signal }))).toMatchObject({
    code: 'aborted',
  });
  const madeBefore = made();
  await delay(100);
  expect(made()).toBe(madeBefore);
});

test('upload() has no limit on the whole when bytes keep moving', async () => {
  const { clientWith } = await serviceDouble(
    glance('queued', async (request) => {
      await countBytes(request);
      return { status: 204 };
    }),
  );
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 10; index++) {
      await delay(50);
      yield Buffer.alloc(1);
    }
  }
  const done = vi.fn();
  const client = clientWith({ requestTimeoutSeconds: 0.2 });
  await client.image.images.upload('i', slow, { sizeBytes: 10, stallTimeoutSeconds: 0.2 }).then(done);
  expect(done).toHaveBeenCalledOnce();
});

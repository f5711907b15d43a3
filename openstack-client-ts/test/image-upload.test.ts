// SPDX-License-Identifier: Apache-2.0
// The bytes of an image on their way up: never held, and read no faster than they are taken. Against a double.

import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { countBytes, generated, glance, MEBIBYTE } from './glance-double.ts';
import { serviceDouble } from './service-double.ts';
import { errorOf } from './with-double.ts';

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
    'content-type': 'application/octet-stream',
    'content-length': String(3 * MEBIBYTE),
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
      await delay(250);
      yield Buffer.alloc(1);
    }
  }
  const done = vi.fn();
  // Longer than a busy machine lets one answer wait, shorter than the whole.
  const client = clientWith({ requestTimeoutSeconds: 2 });
  await client.image.images.upload('i', slow, { sizeBytes: 10, stallTimeoutSeconds: 2 }).then(done);
  expect(done).toHaveBeenCalledOnce();
});

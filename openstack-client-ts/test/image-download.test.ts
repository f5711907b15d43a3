// SPDX-License-Identifier: Apache-2.0
// The bytes of an image on their way down, against a double.

import type { ServerResponse } from 'node:http';

import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { countBytes, MEBIBYTE } from './glance-double.ts';
import { serviceDouble, type Handle } from './service-double.ts';
import { errorOf } from './with-double.ts';

const sending =
  (send: (response: ServerResponse) => void): Handle =>
  (_seen, { response }) => {
    send(response);
    return undefined;
  };

test('download() hands over every byte, with its number, when the image is active', async () => {
  const { client, seen } = await serviceDouble(
    sending((response) => {
      response.writeHead(200, { 'content-length': 5 * MEBIBYTE });
      response.end(Buffer.alloc(5 * MEBIBYTE));
    }),
  );
  const { stream, sizeBytes } = await client.image.images.download('i');
  expect(sizeBytes).toBe(5 * MEBIBYTE);
  expect(await countBytes(stream)).toBe(5 * MEBIBYTE);
  expect(seen[0]).toMatchObject({ method: 'GET', path: '/image/v2/images/i/file' });
});

test('download() takes no more than its reader when the reader is slow', async () => {
  let sentMebibytes = 0;
  const { client } = await serviceDouble(
    sending((response) => {
      response.writeHead(200);
      const push = (): void => {
        while (sentMebibytes < 512 && response.write(Buffer.alloc(MEBIBYTE))) sentMebibytes++;
        sentMebibytes++;
        if (sentMebibytes < 512) response.once('drain', push);
      };
      push();
    }),
  );
  const { stream } = await client.image.images.download('i', { stallTimeoutSeconds: 2 });
  for await (const chunk of stream) {
    expect((chunk as Buffer).byteLength).toBeGreaterThan(0);
    // Longer than the limit on stalls, which is one on the service only.
    await delay(2500);
    break;
  }
  expect(sentMebibytes).toBeLessThan(64);
  expect(stream.destroyed).toBe(true);
});

test('download() is a conflict when the image has no bytes yet, and not-found when there is no image', async () => {
  let status = 204;
  const { client } = await serviceDouble(() => ({ status, ...(status === 404 && { body: {} }) }));
  expect(await errorOf(client.image.images.download('i'))).toMatchObject({ code: 'conflict' });
  status = 404;
  expect(await errorOf(client.image.images.download('i'))).toMatchObject({ code: 'not-found', status });
});

test('download() fails its stream with an OpenStackError when the connection breaks, stalls or is aborted', async () => {
  let breaks = true;
  const { client } = await serviceDouble(
    sending((response) => {
      response.writeHead(200, { 'content-length': 2 * MEBIBYTE });
      response.write(Buffer.alloc(MEBIBYTE), () => {
        if (breaks) response.socket?.resetAndDestroy();
      });
    }),
  );
  const broken = await client.image.images.download('i');
  expect(await errorOf(countBytes(broken.stream))).toMatchObject({ code: 'unreachable', method: 'GET' });
  breaks = false;
  const stalled = await client.image.images.download('i', { stallTimeoutSeconds: 2 });
  const error = await errorOf(countBytes(stalled.stream));
  expect(String(error)).toContain('the body breaks off: nothing moved within 2 seconds');
  const abort = new AbortController();
  const aborted = await client.image.images.download('i', { signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  expect(await errorOf(countBytes(aborted.stream))).toMatchObject({ code: 'aborted' });
});

test('close() does not wait when a download was destroyed unread', async () => {
  const { client } = await serviceDouble(
    sending((response) => {
      response.writeHead(200);
      response.write(Buffer.alloc(MEBIBYTE));
    }),
  );
  const { stream } = await client.image.images.download('i');
  stream.destroy();
  await client.close();
});

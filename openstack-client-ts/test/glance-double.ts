// SPDX-License-Identifier: Apache-2.0
// A DOUBLE of the part of Glance that takes the bytes of an image, not Glance: each test says what becomes of them.
// It makes the bytes, too.

import type { IncomingMessage } from 'node:http';
import type { Answer, Handle } from './service-double.ts';

export const MEBIBYTE = 1024 * 1024;

const IMAGE = {
  id: 'i',
  name: 'x',
  visibility: 'private',
  protected: false,
  tags: [],
  created_at: 'x',
  updated_at: 'x',
};

/** A Glance whose image has this status, and that answers an upload as told. */
export function glance(status: string, onUpload: (request: IncomingMessage) => Promise<Answer>): Handle {
  return (seen, { request }) =>
    seen.path.endsWith('/file') ? onUpload(request) : { body: { ...IMAGE, status } };
}

export async function countBytes(request: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).byteLength;
  return bytes;
}

/** So many mebibytes, made one by one and counted. */
export function generated(mebibytes: number): {
  source: () => AsyncGenerator<Uint8Array>;
  made: () => number;
} {
  let made = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < mebibytes; index++) {
      made++;
      yield Buffer.alloc(MEBIBYTE, index);
    }
  }
  return { source, made: () => made };
}

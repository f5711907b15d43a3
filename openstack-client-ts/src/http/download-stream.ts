// SPDX-License-Identifier: Apache-2.0
// Hands the body of an answer to its reader as a stream that fails with an OpenStackError.
// It buffers no more than a stream does: a slow reader slows the service down.

import type { HttpRequest } from './http.ts';
import type { TimeLimit } from './time-limit.ts';

import { Readable } from 'node:stream';
import { failureOf } from '../failure.ts';

/** A stream of the body; the limit counts only while the reader waits, and ends with the stream. */
export function readInto(request: HttpRequest, body: Readable, limit: TimeLimit): Readable {
  limit.pause();
  // Heard even when nobody reads, as an error without a listener would end the process.
  body.on('error', () => {});
  body.once('close', () => limit.release());
  const stream = Readable.from(pieces(request, body, limit), { objectMode: false });
  stream.once('close', () => body.destroy());
  return stream;
}

async function* pieces(request: HttpRequest, body: Readable, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  try {
    limit.restart();
    for await (const piece of body) {
      limit.pause();
      yield piece as Uint8Array;
      limit.restart();
    }
  } catch (error) {
    if (request.signal?.aborted) throw failureOf(request, 'aborted', 'aborted by the caller');
    const message = error instanceof Error ? error.message : 'the connection broke';
    throw failureOf(request, 'unreachable', `the body breaks off: ${message}`);
  } finally {
    limit.release();
  }
}

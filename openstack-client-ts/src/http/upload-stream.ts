// SPDX-License-Identifier: Apache-2.0
// Hands the bytes of an upload to undici one piece at a time, counting them and keeping the time limit awake.
// It holds no piece longer than undici takes to send it.

import type { Upload } from './http.ts';
import type { TimeLimit } from './time-limit.ts';

import { Readable } from 'node:stream';

/** A body for undici, and the way to learn that not the connection but the source failed. */
export interface PacedUpload {
  body: Readable;
  /** Throws the source's own error if there was one. */
  throwSourceFailure(): void;
}

/** The source's own failure in a wrapper, as it may be of any type. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
  readonly original: unknown;

  constructor(original: unknown) {
    super('the source of the upload failed');
    this.original = original;
  }
}

/** Reads the source only as fast as the service takes it; undici waits for the socket between two pieces. */
export function pacedUpload(upload: Upload, limit: TimeLimit): PacedUpload {
  let failure: SourceFailure | undefined;
  async function* recorded(): AsyncGenerator<Uint8Array> {
    try {
      yield* counted(upload, limit);
    } catch (error) {
      failure = new SourceFailure(error);
      throw failure;
    }
  }
  // Apart, because undici throws its own error into this one when the connection breaks; that ends the other quietly.
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const piece of recorded()) yield piece;
  }
  return {
    // Not begun before undici reads, which it does only when there is a connection.
    body: Readable.from(body()),
    throwSourceFailure: () => {
      if (failure) throw failure;
    },
  };
}

async function* counted({ open, sizeBytes }: Upload, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  for await (const piece of open()) {
    readBytes += piece.byteLength;
    if (readBytes > sizeBytes) throw new TypeError(`the source has more than its ${sizeBytes} bytes`);
    limit.restart();
    yield piece;
    limit.restart();
  }
  if (readBytes < sizeBytes) throw new TypeError(`the source ends after ${readBytes} of ${sizeBytes} bytes`);
}

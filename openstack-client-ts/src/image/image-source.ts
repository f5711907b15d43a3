// SPDX-License-Identifier: Apache-2.0
// Where the bytes of an upload come from: something that can be opened again, or a stream that is read once.
// It never reads ahead.

import type { Readable } from 'node:stream';
import type { Upload } from '../http/http.ts';

/** A function that starts reading from the first byte, called again when the token expired; or a stream. */
export type ImageSource = (() => AsyncIterable<Uint8Array>) | Readable;

/** An upload that can be given up. */
export interface ImageUpload extends Upload {
  /** Ends a stream that was handed over, so that nothing stays open. */
  abandon(): void;
}

/** The source as an upload; throws TypeError for a size that is none. */
export function uploadOf(source: ImageSource, sizeBytes: number): ImageUpload {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new TypeError(`sizeBytes must be a whole number of bytes: ${sizeBytes}`);
  }
  if (typeof source === 'function') {
    return { sizeBytes, isOpenable: () => true, open: source, abandon: () => {} };
  }
  // Heard also before it is read, as an error without a listener would end the process; reading it tells the error.
  source.on('error', () => {});
  let isOpened = false;
  return {
    sizeBytes,
    isOpenable: () => !isOpened,
    open: () => {
      isOpened = true;
      return source;
    },
    abandon: () => {
      source.destroy();
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
// The bytes of images, up and down, as streams that are never held as a whole.
// It neither unpacks nor converts; Glance counts and hashes what it gets.

import type { Readable } from 'node:stream';
import type { Exchange } from '../call.ts';
import type { CallOptions, HttpResponse } from '../http/http.ts';
import type { ImageSource } from './image-source.ts';
import type { ImageRecords } from './images.ts';

import { z } from 'zod';
import { OpenStackError } from '../errors.ts';
import { failureOfResponse } from '../failure.ts';
import { segment } from '../http/http.ts';
import { parseResponse } from '../response.ts';
import { uploadOf } from './image-source.ts';

/** Long enough for a Glance that copies a large image to its store after the last byte. */
const STALL_TIMEOUT_SECONDS = 300;

/** How long nothing may move; there is no limit on the whole. */
export interface StreamOptions extends CallOptions {
  /** Default 300: Glance may copy a large image to its store after the last byte, and answers only then. */
  stallTimeoutSeconds?: number | undefined;
}

/** How many bytes are sent, which must be all that the source has. */
export interface UploadOptions extends StreamOptions {
  sizeBytes: number;
}

/** The bytes of an image; read the stream or destroy it, as it holds a connection. */
export interface ImageDownload {
  stream: Readable;
  /** Absent when the service does not say. */
  sizeBytes: number | undefined;
}

/** The calls for the bytes of images. */
export interface ImageData {
  /**
   * Sends the bytes of a `queued` image; throws `conflict` when it is not queued, and what the source throws.
   * Not sent again when the connection breaks: Glance puts the image back to `queued`, maybe after a while.
   */
  upload(id: string, source: ImageSource, options: UploadOptions): Promise<void>;
  /** The bytes of an `active` image; throws `conflict` when it has none. The stream fails with OpenStackError. */
  download(id: string, options?: StreamOptions): Promise<ImageDownload>;
}

/** Binds the bytes of images to exchanges; `images` tells an image's state. */
export function createImageData(exchange: Exchange, images: ImageRecords): ImageData {
  return {
    upload: async (id, source, { sizeBytes, signal, stallTimeoutSeconds = STALL_TIMEOUT_SECONDS }) => {
      const upload = uploadOf(source, sizeBytes);
      const path = `/images/${segment(id)}/file`;
      try {
        // Asked first: Glance refuses without reading, which breaks the connection before its answer arrives.
        const { status } = await images.get(id, { signal });
        if (status !== 'queued') throw conflict('PUT', path, `the image is ${status}, not queued`);
        const response = await exchange({ method: 'PUT', path, upload, signal, stallTimeoutSeconds });
        await assertStored(response, id, images, { signal });
      } catch (error) {
        upload.abandon();
        throw error;
      }
    },
    download: async (id, { signal, stallTimeoutSeconds = STALL_TIMEOUT_SECONDS } = {}) => {
      const path = `/images/${segment(id)}/file`;
      const headers = { accept: 'application/octet-stream' };
      const request = { method: 'GET', path, headers, wantsStream: true } as const;
      const response = await exchange({ ...request, signal, stallTimeoutSeconds });
      return downloadOf(response, path);
    },
  };
}

/** Glance answers 410 to the slower of two uploads, although the image is there. */
async function assertStored(
  response: HttpResponse,
  id: string,
  images: ImageRecords,
  options: CallOptions,
): Promise<void> {
  if (response.status === 410) {
    const { status } = await images.get(id, options);
    throw failureOfResponse(response, 'conflict', `another upload was faster: the image is ${status}`);
  }
  parseResponse(response, z.unknown());
}

function downloadOf(response: HttpResponse, path: string): ImageDownload {
  const { stream, status } = response;
  if (stream === undefined) return parseResponse(response, z.never());
  if (status === 204) {
    stream.destroy();
    throw conflict('GET', path, 'the image has no bytes yet');
  }
  const length = response.header('content-length');
  return { stream, sizeBytes: length === undefined ? undefined : Number(length) };
}

function conflict(method: string, url: string, message: string): OpenStackError {
  return new OpenStackError({ code: 'conflict', message, method, url });
}

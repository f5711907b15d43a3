// SPDX-License-Identifier: Apache-2.0
// Puts Glance's calls together behind one name.
// Members, tasks, imports and metadata definitions are left to `client.request`.

import type { CallTarget } from '../call.ts';
import type { CallOptions, Send } from '../http/http.ts';
import type { ServiceVersion } from '../versioned.ts';
import type { ImageData } from './image-data.ts';
import type { ImageRecords } from './images.ts';

import { createCall, createExchange } from '../call.ts';
import { atRoot, atVersion, versionOf } from '../versioned.ts';
import { createImageData } from './image-data.ts';
import { createImageRecords } from './images.ts';

/** The calls for images and their bytes. */
export interface Images extends ImageRecords, ImageData {}

/** Glance v2. */
export interface ImageService {
  readonly images: Images;
  /** The newest version of the API. */
  discoverVersion(options?: CallOptions): Promise<ServiceVersion>;
}

/** Binds images to a way of sending. */
export function createImageService(send: Send, target: CallTarget): ImageService {
  const v2 = atVersion(target, 'v2');
  const callRoot = createCall(send, atRoot(target));
  const images = createImageRecords(createCall(send, v2));
  return {
    images: { ...images, ...createImageData(createExchange(send, v2), images) },
    discoverVersion: (options) =>
      callRoot({ ...options, method: 'GET', path: '/versions', schema: versionOf() }),
  };
}

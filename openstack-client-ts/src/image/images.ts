// SPDX-License-Identifier: Apache-2.0
// The calls for images; their bytes are in image-data.ts. Glance knows no unique names, so two may have one.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';
import type { Image, ImageChanges, ImageVisibility, NewImage } from './image.ts';

import { createResource } from '../resource.ts';
import { imageSchema } from './image.ts';
import { newImageBody, patchOf } from './image-wire.ts';

/** Names are not unique: several of them are a conflict when looked for; an owner narrows it down. */
export type ImageKey = { name: string; owner?: string | undefined };
/** What images can be listed by; hidden ones, and community ones of others, are listed only when asked for. */
export type ImageFilter = {
  name?: string | undefined;
  owner?: string | undefined;
  status?: string | undefined;
  visibility?: ImageVisibility | 'all' | undefined;
  hidden?: boolean | undefined;
  tag?: string | undefined;
  diskFormat?: string | undefined;
  containerFormat?: string | undefined;
};
/** The calls for images as such. */
export type ImageRecords = Resource<Image, NewImage, ImageKey, ImageFilter, CallOptions, ImageChanges>;

const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

/** Binds images, without their bytes, to calls. */
export function createImageRecords(call: Call): ImageRecords {
  const images = createResource<Image, NewImage, ImageKey, ImageFilter, CallOptions, ImageChanges>(call, {
    singular: undefined,
    plural: 'images',
    schema: imageSchema,
    filters: ['name', 'owner'],
    keyOf: ({ name, owner }) => ({ name, owner }),
    wireNames: { hidden: 'os_hidden' },
    toWire: (fields) => newImageBody(fields as NewImage),
  });
  return {
    ...images,
    update: async (id, changes, options) => {
      const current = await images.get(id, options);
      const body = patchOf(current, changes);
      if (body.length === 0) return current;
      const headers = { 'content-type': PATCH_TYPE };
      const path = `/images/${current.id}`;
      return call({ ...options, method: 'PATCH', path, headers, body, schema: imageSchema });
    },
  };
}

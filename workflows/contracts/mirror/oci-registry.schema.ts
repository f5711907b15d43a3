// SPDX-License-Identifier: Apache-2.0
// The schema of a container registry in a mirror's spec.
import { z } from 'zod';
import { named, sourceName, sourceUrl, unique } from './source.schema.ts';

/** @source OCI distribution 1.1, "Pulling manifests" */
export const repository = z
  .string()
  .max(200)
  .regex(
    /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'Not a repository such as library/debian',
  );
export const tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'Not a tag such as 13-slim');
const platform = z
  .string()
  .regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/, 'Not a platform such as linux/amd64');

/** Words of the mirror's own in paths. */
const ownNames = ['staging', 'twins'];

export const registryName = sourceName.refine(
  (text) => !ownNames.includes(text),
  'The mirror uses this name itself',
);

const image = z.strictObject({
  name: repository,
  tags: unique(tag, 'tag').max(200, 'At most 200 tags a repository'),
  platforms: unique(platform, 'platform').optional(),
  signatures: z.boolean().default(true),
});

export const ociRegistry = z.strictObject({
  name: registryName,
  url: sourceUrl.default('https://registry-1.docker.io'),
  platforms: unique(platform, 'platform').default(['linux/amd64']),
  images: named(image, 'image').min(1, 'Name at least one image').max(500, 'At most 500 images a registry'),
});

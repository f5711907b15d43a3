// SPDX-License-Identifier: Apache-2.0
// The schema of an Ansible galaxy in a mirror's spec.
import { z } from 'zod';
import { parseVersionRange } from './ansible/version.ts';
import { named, sourceName, sourceUrl, unique } from './source.schema.ts';

/** Part of paths and of URLs. @source ansible-core: both are names of Python */
export const collectionName = z
  .string()
  .max(128)
  .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'Not a collection such as community.general');

const versionRange = z
  .string()
  .max(256)
  .refine((text) => parseVersionRange(text) !== null, 'Not versions as ansible-galaxy writes them: >=8,<10');

const collection = z.strictObject({
  name: collectionName,
  versions: versionRange.default('*'),
  newest: z.int().min(1).max(100).default(1),
});

/** Words of the mirror's own in paths. */
export const serverName = sourceName.refine((text) => text !== 'files', 'The mirror uses this name itself');

export const ansibleServer = z.strictObject({
  name: serverName,
  url: sourceUrl.default('https://galaxy.ansible.com'),
  core: unique(
    z.string().regex(/^2\.\d{1,2}$/, 'Not a line of ansible-core such as 2.19'),
    'line',
  ).optional(),
  dependencies: z.enum(['closure', 'none']).default('closure'),
  collections: named(collection, 'collection')
    .min(1, 'Name at least one collection')
    .max(200, 'At most 200 collections a server: name a second server for more'),
});

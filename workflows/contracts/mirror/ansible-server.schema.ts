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

/** Part of paths and of URLs. @source github.com: names of users and repositories, of which roles are made */
export const roleName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9_][A-Za-z0-9_-]*$/, 'Not a role such as geerlingguy.docker');

/** Part of paths and of URLs. @source a tag of a repository, without a slash */
export const roleVersion = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'Not a version of a role such as 7.4.1');

const role = z.strictObject({ name: roleName, versions: unique(roleVersion, 'version').optional() });

/** Words of the mirror's own in paths. */
export const serverName = sourceName.refine((text) => text !== 'files', 'The mirror uses this name itself');

export const ansibleServer = z
  .strictObject({
    name: serverName,
    url: sourceUrl.default('https://galaxy.ansible.com'),
    core: unique(
      z.string().regex(/^2\.\d{1,2}$/, 'Not a line of ansible-core such as 2.19'),
      'line',
    ).optional(),
    dependencies: z.enum(['closure', 'none']).default('closure'),
    collections: named(collection, 'collection')
      .max(200, 'At most 200 collections a server: name a second server for more')
      .default([]),
    roles: named(role, 'role')
      .max(200, 'At most 200 roles a server: name a second server for more')
      .optional(),
  })
  .refine(({ collections, roles = [] }) => collections.length + roles.length > 0, {
    path: ['collections'],
    message: 'Name at least one collection or role',
  });

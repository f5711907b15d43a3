// SPDX-License-Identifier: Apache-2.0
// The schema of a Git repository in a mirror's spec.
import { z } from 'zod';
import { sourceName, sourceUrl, unique } from './source.schema.ts';

/** @source git-check-ref-format(1), and without what a shell or a pattern could read otherwise */
export const refName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/, 'Not the name of a branch or tag')
  .refine((text) => !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(text), 'Not the name of a branch or tag');

/** Of SHA-1 repositories: others are served by few hosts. */
export const objectId = z.string().regex(/^[0-9a-f]{40}$/, 'Not the id of an object');

export const gitRepository = z.strictObject({
  name: sourceName,
  url: sourceUrl,
  // 100: each is a pack of its own at first.
  refs: unique(refName, 'ref').max(100, 'At most 100 refs a repository'),
});

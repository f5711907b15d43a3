// SPDX-License-Identifier: Apache-2.0
// The schema of a Python index in a mirror's spec.
import { z } from 'zod';
import { normalizedName } from './pypi/distribution.ts';
import { parseSpecifier } from './pypi/specifier.ts';
import { named, sourceName, sourceUrl, unique } from './source.schema.ts';

const python = z.string().regex(/^3\.\d{1,2}$/, 'Not a version of Python such as 3.13');
const platform = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_]{0,63}$/, 'Not a platform of wheels such as manylinux_2_41_x86_64');

export const projectName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/, 'Not the name of a Python project')
  .transform(normalizedName);

const pypiProject = z.strictObject({
  name: projectName,
  versions: z
    .string()
    .refine((text) => parseSpecifier(text) !== null, 'Not versions as PEP 440 writes them: >=2, <3')
    .default(''),
  newest: z.int().min(1).max(1000).default(1),
  pythons: unique(python, 'Python').optional(),
  platforms: unique(platform, 'platform').optional(),
});

export const pypiIndex = z.strictObject({
  name: sourceName,
  url: sourceUrl.optional(),
  // What clients of Debian 13 have.
  pythons: unique(python, 'Python').default(['3.13']),
  platforms: unique(platform, 'platform').default(['manylinux_2_41_x86_64']),
  sources: z.enum(['fallback', 'always', 'never']).default('fallback'),
  // 500: as the packages of a Debian source, they stand in the arguments of every step.
  projects: named(pypiProject, 'project')
    .min(1, 'Name at least one project')
    .max(500, 'At most 500 projects an index: name a second index for more'),
});

// SPDX-License-Identifier: Apache-2.0
// The schemas of the pointer to what a mirror publishes, and of its status file.
import { z } from 'zod';
import { mirrorKinds } from './mirror-spec.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import type { Publications } from './publications.ts';
import type { MirrorStatus, Published } from './revision.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'Not a SHA-256');
const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time');

const published = z.object({
  revision: digest,
  publishedAt: moment,
  previous: digest.nullable(),
  isHeld: z.literal(true).optional(),
});

const publications = z.array(
  z.object({ revision: digest, publishedAt: moment, replacedAt: moment.nullable() }),
);

const status = published.extend({
  // These are not in the status of an earlier release.
  refreshedAt: moment.nullable().default(null),
  trials: z.array(z.object({ kind: z.enum(mirrorKinds), client: z.string() })).default([]),
  kept: publications.default([]),
  received: z
    .object({ site: z.string(), generation: z.int().min(1) })
    .nullable()
    .default(null),
  bundleKey: z.string().nullable().default(null),
  address: z.string(),
  suites: z.array(
    z.object({
      source: z.string(),
      suite: z.string(),
      upstreamDate: moment,
      packages: z.int().min(0),
      bytes: z.int().min(0),
    }),
  ),
  indexes: z
    .array(
      z.object({
        index: z.string(),
        projects: z.int().min(0),
        files: z.int().min(0),
        bytes: z.int().min(0),
      }),
    )
    .default([]),
  registries: z
    .array(
      z.object({
        registry: z.string(),
        host: z.string(),
        images: z.int().min(0),
        blobs: z.int().min(0),
        bytes: z.int().min(0),
      }),
    )
    .default([]),
  galaxies: z
    .array(
      z.object({
        server: z.string(),
        host: z.string(),
        collections: z.int().min(0),
        roles: z.int().min(0).default(0),
        files: z.int().min(0),
        bytes: z.int().min(0),
      }),
    )
    .default([]),
  quotas: z
    .array(
      z.object({
        host: z.string(),
        limit: z.number().nullable(),
        left: z.number().nullable(),
        seconds: z.number().nullable(),
        waitSeconds: z.number(),
      }),
    )
    .default([]),
  repositories: z
    .array(
      z.object({
        repository: z.string(),
        host: z.string(),
        refs: z.int().min(0),
        bytes: z.int().min(0),
      }),
    )
    .default([]),
});

export const parsePublishedRevision = (raw: unknown): Parsed<Published> =>
  parseWith<Published>(published, raw);
export const parsePublications = (raw: unknown): Parsed<Publications> =>
  parseWith<Publications>(publications, raw);
export const parseMirrorStatus = (raw: unknown): Parsed<MirrorStatus> => parseWith<MirrorStatus>(status, raw);

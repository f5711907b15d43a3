// SPDX-License-Identifier: Apache-2.0
// The schemas of a bundle, of its receipt and of what a site notes of both. What they parse came over a gap: nothing is believed.
import { z } from 'zod';
import { boxName } from '../box/spec/values.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import {
  segmentBytesMin,
  segmentsMax,
  segmentsOf,
  type Bundle,
  type Receipt,
  type Received,
} from './bundle.ts';
import { carriedSource } from './deb-source.schema.ts';
import { ansibleServer } from './ansible-server.schema.ts';
import { gitRepository } from './git-repository.schema.ts';
import { ociRegistry } from './oci-registry.schema.ts';
import { pypiIndex } from './pypi-index.schema.ts';
import { digest, named, sourceUrl } from './source.schema.ts';

/** @source a whole Debian release for one architecture has 65,000 files, the largest of 2 GB */
const contentsMax = 1_000_000;
const sizeMax = 64 * 2 ** 30;

const generation = z.int().min(1);
const content = z.strictObject({ digest, size: z.int().min(0).max(sizeMax) });

const bundle = z
  .strictObject({
    kind: z.literal('bundle'),
    format: z.literal(1),
    site: boxName,
    generation,
    revision: digest,
    baseline: digest.nullable(),
    segmentBytes: z
      .int()
      .min(segmentBytesMin)
      .max(2 ** 32 - 1),
    contents: z
      .array(content)
      .max(contentsMax)
      .refine(
        (list) => new Set(list.map((each) => each.digest)).size === list.length,
        'A content stands here twice',
      ),
    deb: named(carriedSource, 'source'),
    pypi: named(pypiIndex.extend({ url: sourceUrl }), 'index'),
    // Not in a bundle of an earlier release.
    oci: named(ociRegistry, 'registry').default([]),
    ansible: named(ansibleServer, 'server').optional(),
    git: named(gitRepository, 'repository').optional(),
  })
  .refine((parsed) => hasRoom(parsed) && segmentsOf(parsed).length <= segmentsMax, {
    path: ['segmentBytes'],
    message: `More than ${segmentsMax} segments`,
  });

/** Asked first: the list of segments of a bundle that claims petabytes would fill the memory. */
const hasRoom = ({ contents, segmentBytes }: Pick<Bundle, 'contents' | 'segmentBytes'>): boolean =>
  contents.reduce((sum, { size }) => sum + size, 0) <= segmentsMax * segmentBytes;

const receipt = z.strictObject({
  kind: z.literal('receipt'),
  format: z.literal(1),
  site: boxName,
  receiver: boxName,
  generation,
  bundle: digest,
  revision: digest,
  publishedAt: z.iso.datetime(),
  contents: z.array(digest).max(contentsMax),
});

const received = z.strictObject({ site: boxName, generation, bundle: digest });
const exported = z.strictObject({ generation });

export const parseBundle = (raw: unknown): Parsed<Bundle> => parseWith<Bundle>(bundle, raw);
export const parseReceipt = (raw: unknown): Parsed<Receipt> => parseWith<Receipt>(receipt, raw);
export const parseReceived = (raw: unknown): Parsed<Received> => parseWith<Received>(received, raw);
export const parseExported = (raw: unknown): Parsed<{ readonly generation: number }> =>
  parseWith<{ readonly generation: number }>(exported, raw);

// SPDX-License-Identifier: Apache-2.0
// The schemas of a drill's input and of its records.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { authorityParts } from './authority-spec.schema.ts';
import { ceremonyParts } from './ceremony.schema.ts';
import type { DrillBeginning, DrillInput, DrillResult, PartTimes } from './drill.ts';
import { crlParts } from './root-crl.schema.ts';

const { moment, sha256 } = ceremonyParts;
const { person, why, serial } = crlParts;
const generation = authorityParts.generation;
const seconds = z.int().min(0);

const input = z.strictObject({
  name: authorityParts.name,
  generation,
  specDigest: sha256,
  why,
  requestedBy: person,
});

const beginning = z.strictObject({
  authority: authorityParts.name,
  generation,
  next: generation,
  serial,
  boxes: z.array(z.string()),
  why,
  requestedBy: person,
  begunAt: moment,
});

const times = z.strictObject({
  key: z.string().min(1),
  id: z.string().min(1),
  runId: z.string().min(1),
  startedAt: moment,
  endedAt: moment.nullable(),
});

const result = beginning.omit({ why: true }).extend({
  endedAt: moment,
  seconds,
  parts: z.array(z.strictObject({ part: z.string(), run: z.string().nullable(), seconds })),
});

export const parseDrill = (raw: unknown): Parsed<DrillInput> => parseWith<DrillInput>(input, raw);
export const parseDrillBeginning = (raw: unknown): Parsed<DrillBeginning> =>
  parseWith<DrillBeginning>(beginning, raw);
export const parsePartTimes = (raw: unknown): Parsed<PartTimes> => parseWith<PartTimes>(times, raw);
export const parseDrillResult = (raw: unknown): Parsed<DrillResult> => parseWith<DrillResult>(result, raw);

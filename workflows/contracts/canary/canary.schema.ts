// SPDX-License-Identifier: Apache-2.0
// The schemas of a canary's input and of its samples. Samples of later releases keep what is known here.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { errorKinds, type ErrorCode } from '../run/errors.ts';
import { canaryPhases, throughputMegabytesMinDefault, type CanaryRun, type CanaryInput } from './canary.ts';

const name = z.string().min(1).max(255);

/** It becomes part of a path: nothing that leads elsewhere. */
export const cloudName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}$/, 'A cloud has 1 to 128 characters a-z, 0-9, _, -, @ and .');

const canaryInputSchema = z.strictObject({
  cloud: cloudName,
  cloudsFile: z.string().regex(/^\//, 'Not an absolute path').optional(),
  image: name.optional(),
  flavor: name.optional(),
  externalNetwork: name.optional(),
  throughputMegabytesMin: z.number().positive().default(throughputMegabytesMinDefault),
  scheduled: z.boolean().default(false),
});

export const parseCanary = (raw: unknown): Parsed<CanaryInput> =>
  parseWith<CanaryInput>(canaryInputSchema, raw);

const stepFailure = z.object({
  code: z.enum(Object.keys(errorKinds) as ErrorCode[]),
  message: z.string(),
  on: z.string(),
  cause: z.string().optional(),
  hint: z.string(),
  logPath: z.string().optional(),
  exitCode: z.int().optional(),
  lost: z.boolean().optional(),
});

const sampleSchema = z.object({
  cloud: z.string(),
  result: z.enum(['good', 'bad', 'busy']),
  startedAt: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  phases: z.array(
    z.object({
      phase: z.enum(canaryPhases),
      seconds: z.number().nonnegative(),
      outcome: z.enum(['good', 'failed', 'skipped']),
      note: z.string().optional(),
    }),
  ),
  throughput: z.object({ out: z.number().optional(), in: z.number().optional() }).default({}),
  heldBy: z.string().optional(),
  failedPhase: z.enum(canaryPhases).optional(),
  failure: stepFailure.optional(),
  consoleTail: z.string().optional(),
});

/** Of the text of a file with one sample a line; a line that cannot be parsed, such as one half written, is left out. */
export function parseSamples(text: string): CanaryRun[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = parseWith<CanaryRun>(sampleSchema, JSON.parse(line));
      return parsed.ok ? [parsed.value] : [];
    } catch {
      return [];
    }
  });
}

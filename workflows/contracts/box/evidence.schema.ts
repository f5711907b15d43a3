// SPDX-License-Identifier: Apache-2.0
// The schema of a box's evidence. Lists that are missing count as empty, keys of later releases as absent.
import { z } from 'zod';
import { parseWith } from '../run/parse.schema.ts';
import type { Evidence } from './evidence.ts';

const instant = z.iso.datetime({ offset: true });

const evidenceSchema = z.object({
  box: z.string(),
  release: z.string(),
  recordedAt: instant,
  packages: z.array(z.object({ name: z.string(), version: z.string() })).default([]),
  expiries: z.array(z.object({ what: z.string(), notAfter: instant })).default([]),
  canary: z.array(z.object({ phase: z.string(), seconds: z.number().nonnegative() })).default([]),
  services: z.array(z.object({ name: z.string(), version: z.string().optional() })).default([]),
});

/** Null when the text is no evidence. */
export function parseEvidence(text: string): Evidence | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = parseWith<Evidence>(evidenceSchema, raw);
  return parsed.ok ? parsed.value : null;
}

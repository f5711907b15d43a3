// SPDX-License-Identifier: Apache-2.0
// Parses by a schema, and names each fault by its path.
import type { z } from 'zod';

export interface Issue {
  /** Dotted path of the key, `(whole input)` for the top. */
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

export function parseWith(schema: z.ZodType, raw: unknown): Parsed<unknown> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.flatMap(issuesOf) };
}

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: 'There is no such key',
    }));
  }
  return [{ path: issue.path.length === 0 ? '(whole input)' : issue.path.join('.'), message: issue.message }];
}

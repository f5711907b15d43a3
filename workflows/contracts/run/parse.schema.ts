// SPDX-License-Identifier: Apache-2.0
// Parses by a schema, and names each fault by its path, in words for the person who wrote the input.
import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';

export interface Issue {
  /** Dotted path of the key, `(whole input)` for the top. */
  readonly path: string;
  readonly message: string;
  /** True when the key itself is the fault, not its value. */
  readonly isKey?: true;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

/** What a schema may make of a contract: zod gives a key that may be absent the value undefined, which no JSON and no YAML holds. */
type Made<T> = T extends readonly unknown[]
  ? { readonly [K in keyof T]: Made<T[K]> }
  : T extends object
    ? {
        readonly [K in keyof T]: Record<never, never> extends Pick<T, K>
          ? Made<T[K]> | undefined
          : Made<T[K]>;
      }
    : T;

/** The compiler refuses a schema that makes something else than the contract `T`. */
export function parseWith<T>(schema: z.ZodType<Made<T>>, raw: unknown): Parsed<T> {
  const result = schema.safeParse(raw, { error: plainMessage });
  if (result.success) return { ok: true, value: result.data as T };
  return { ok: false, issues: result.error.issues.flatMap((issue) => issuesOf(issue, schema)) };
}

function issuesOf(issue: z.core.$ZodIssue, schema: z.ZodType): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const near = nearestName(key, known);
      return {
        path: [...issue.path, key].join('.'),
        message: near === undefined ? 'There is no such key' : `There is no such key. Did you mean ${near}?`,
        isKey: true,
      };
    });
  }
  return [{ path: issue.path.length === 0 ? '(whole input)' : issue.path.join('.'), message: issue.message }];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** Only for what the schema has no message of its own; undefined leaves the library's. */
function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'Missing';
    const wanted = typeNames[issue.expected];
    return wanted === undefined ? undefined : `Must be ${wanted}, not ${valueText(issue.input)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const near = typeof issue.input === 'string' ? nearestName(issue.input, values) : undefined;
    const what = issue.input === undefined ? 'Missing: ' : `Not ${valueText(issue.input)}: `;
    const list = values.length === 1 ? `it must be ${values[0] ?? ''}` : `one of ${values.join(', ')}`;
    return `${what}${list}${near === undefined || values.length === 1 ? '' : `. Did you mean ${near}?`}`;
  }
  return undefined;
}

/** At most 40 characters of a text. */
function valueText(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** What a schema is made of, as far as its keys are concerned. @source zod 4: `_zod.def` of each kind */
interface SchemaParts {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
}

/** The keys that a schema knows at a path; none where it takes any. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const parts = schema._zod.def as SchemaParts;
  const wrapped = parts.innerType ?? parts.in;
  if (wrapped !== undefined) return keysAt(wrapped, path);
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(parts.shape ?? {});
  const inside = parts.shape?.[String(key)] ?? parts.element ?? parts.valueType;
  return inside === undefined ? [] : keysAt(inside, rest);
}

// SPDX-License-Identifier: Apache-2.0
// Reads a record of this machine: absent, unreadable and damaged are three answers. Knows no record's meaning.
import { Failure } from '../failure.ts';
import { readText } from './local-files.ts';

export interface RecordKind<T> {
  /** For people: `lease of box NAME`. */
  readonly what: string;
  /** @throws Error that says why the text is not such a record */
  readonly parse: (text: string) => T;
  /** What a person does once the record was moved aside. */
  readonly next: string;
}

/** Null only for a record that is not there. @throws Failure Rejected for one that cannot be read or is damaged */
export async function readRecord<T>(path: string, kind: RecordKind<T>): Promise<T | null> {
  const text = await readText(path).catch((cause: unknown) => {
    const hint = `See what ${path} is and who may read it; then ${kind.next}`;
    throw new Failure('Rejected', `The ${kind.what} cannot be read`, { on: path, cause, hint });
  });
  if (text === null) return null;
  try {
    return kind.parse(text);
  } catch (cause) {
    const hint = `mv ${path} ${path}.damaged; then ${kind.next}`;
    throw new Failure('Rejected', `The ${kind.what} is damaged`, { on: path, cause, hint });
  }
}

/** As readRecord, for a record that is written anew whenever it is not as it should be: damaged is one such way. */
export async function readDerived<T>(
  path: string,
  parse: (text: string) => T,
): Promise<T | 'damaged' | null> {
  const text = await readText(path);
  if (text === null) return null;
  try {
    return parse(text);
  } catch {
    return 'damaged';
  }
}

/** The fields of a JSON object. @throws Error for any other text */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new Error('it is not a JSON object');
}

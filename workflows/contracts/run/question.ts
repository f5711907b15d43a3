// SPDX-License-Identifier: Apache-2.0
// What a step asks a person for, what the person said, and the rule by which that is accepted. Pure.
import type { Difference } from './observation.ts';

interface QuestionField {
  /** For people: what to type, with its unit. */
  readonly label: string;
  /** A regular expression that the whole value has to match. */
  readonly pattern: string;
}

/** Answers stand in the history, in progress and in reports: no field may ask for a secret. A PIN is typed at its station. */
export interface Question {
  /** For people: one clause. */
  readonly text: string;
  readonly fields: Readonly<Record<string, QuestionField>>;
  /** Of a question that several people answer, each once. */
  readonly eachOnce?: EachOnce;
}

interface EachOnce {
  /** The field in which a person is named. */
  readonly field: string;
  /** The difference, by its name, that lists those who have answered, with spaces between them. */
  readonly listedIn: string;
}

/** Holds no secret, see Question. */
export interface Answer {
  /** A value for each field of the question. */
  readonly data: Readonly<Record<string, string>>;
  /** As claimed. */
  readonly actor: string;
  readonly reason: string;
  /** ISO instant. */
  readonly at: string;
}

/** @source longer than any serial number, fingerprint or path that a person types */
const valueLengthMax = 1024;

/** Who has answered a question of this kind, by what was last observed; none for a question that one person answers. */
export function answeredBy(
  { eachOnce }: Question,
  seen: readonly Pick<Difference, 'what' | 'have'>[],
): readonly string[] {
  if (eachOnce === undefined) return [];
  return seen.find(({ what }) => what === eachOnce.listedIn)?.have.split(' ') ?? [];
}

/** Returns why the data answers no question of this kind, or null. */
export function dataRefusal({ fields }: Question, data: unknown): string | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'The answer holds no fields';
  const given = data as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    return `There is no field ${unknown}, only ${Object.keys(fields).join(', ') || 'none'}`;
  for (const [name, { label, pattern }] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof value !== 'string') return `The field ${name} is missing: ${label}`;
    if (value.length > valueLengthMax || !new RegExp(`^(?:${pattern})$`, 'u').test(value))
      return `The field ${name} does not match ${pattern}: ${label}`;
  }
  return null;
}

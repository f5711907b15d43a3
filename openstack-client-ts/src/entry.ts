// SPDX-License-Identifier: Apache-2.0
// Reads an entry of a service under our names. Each field is written once: its type, its wire name and its check follow from it.

import { z } from 'zod';
import { wireNameOf } from './key.ts';

/** The fields of an entry, by our names, each with what the service may write there. */
type Shape = Readonly<Record<string, z.ZodType>>;

/** What an entry is once it is read. */
export type Entry<Fields extends Shape> = Told<{ -readonly [Name in keyof Fields]: z.output<Fields[Name]> }>;

/** The same, which editors and errors show field by field. */
type Told<Item> = Item extends infer Fields ? { [Name in keyof Fields]: Fields[Name] } : never;

/** Parses an entry whose names are in snake_case, or as told; what is not named here is left out. */
export function entryOf<Fields extends Shape>(
  fields: Fields,
  wireNames: Readonly<Record<string, string>> = {},
): z.ZodType<Entry<Fields>> {
  const names = Object.keys(fields).map((name) => [name, wireNameOf(name, wireNames)] as const);
  const wire = Object.fromEntries(names.map(([name, wireName]) => [wireName, fields[name] ?? z.never()]));
  return z
    .object(wire)
    .transform(
      (entry) =>
        Object.fromEntries(names.map(([name, wireName]) => [name, entry[wireName]])) as Entry<Fields>,
    );
}

/** Undefined where the service writes null or nothing. */
export function orNone<Field extends z.ZodType>(field: Field): z.ZodType<z.output<Field> | undefined> {
  return field.nullish().transform((value) => value ?? undefined);
}

/** This where the service writes null or nothing. */
export function orElse<Field extends z.ZodType>(
  field: Field,
  fallback: z.output<Field>,
): z.ZodType<z.output<Field>> {
  return field.nullish().transform((value) => value ?? structuredClone(fallback));
}

/** Undefined where the service writes an empty text, null or nothing. */
export function textOrNone(): z.ZodType<string | undefined> {
  return z
    .string()
    .nullish()
    .transform((value) => value || undefined);
}

/** Fields of an entry that have to be given, and those that may be. */
export type Given<Item, Required extends keyof Item, Optional extends keyof Item = never> = {
  [Name in Required]: Exclude<Item[Name], undefined>;
} & { [Name in Optional]?: Item[Name] | undefined };

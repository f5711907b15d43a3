// SPDX-License-Identifier: Apache-2.0
// Compares resources with a key, and spells field names as the services do.
// Values are left as they are; only the outermost names are turned.

import { OpenStackError } from './errors.ts';

/** The fields with their names in snake_case or as told; fields that are undefined are left out. */
export function snakeCased(
  fields: object,
  wireNames: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [wireNameOf(name, wireNames), value]));
}

/** The name in snake_case, or as told. */
export function wireNameOf(name: string, wireNames: Readonly<Record<string, string>>): string {
  return wireNames[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** How a key is looked for, and where, for the error. */
export interface Search<Item, Key> {
  path: string;
  /** Default: the item has all of the key's values that are not undefined. */
  fits?: ((item: Item, key: Key) => boolean) | undefined;
}

/** The one item that has all of the key's values, or undefined; throws `conflict` when there are several. */
export function onlyOne<Item extends object, Key extends object>(
  items: Item[],
  key: Key,
  { path, fits = hasValues }: Search<Item, Key>,
): Item | undefined {
  const fitting = items.filter((item) => fits(item, key));
  if (fitting.length > 1) {
    const message = `${fitting.length} entries have the key ${JSON.stringify(key)}`;
    throw new OpenStackError({ code: 'conflict', message, method: 'GET', url: path });
  }
  return fitting[0];
}

function hasValues(item: object, key: object): boolean {
  const values = new Map<string, unknown>(Object.entries(item));
  return Object.entries(key).every(([name, value]) => value === undefined || values.get(name) === value);
}

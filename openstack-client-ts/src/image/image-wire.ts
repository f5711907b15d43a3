// SPDX-License-Identifier: Apache-2.0
// Writes images as Glance reads them: flat for a new one, as a JSON patch for a change.
// The patch holds only what differs, so that a second equal change is none.

import type { Image, ImageChanges, NewImage } from './image.ts';

import { snakeCased } from '../key.ts';
import { isOwnName } from './image.ts';

/** One step of a patch; `path` is a JSON pointer. */
export interface PatchStep {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

const WIRE_NAMES = { hidden: 'os_hidden' };

/** The body for a new image; throws TypeError when a property has the name of a field. */
export function newImageBody({ properties = {}, ...fields }: NewImage): Record<string, unknown> {
  assertExtra(properties);
  return { ...properties, ...snakeCased(fields, WIRE_NAMES) };
}

/** The steps from what is to what is wanted; throws TypeError when a property has the name of a field. */
export function patchOf(image: Image, { properties = {}, ...fields }: ImageChanges): PatchStep[] {
  assertExtra(properties);
  const known = new Map<string, unknown>(Object.entries(image));
  const changed = Object.entries(fields).filter(([name, value]) => !isEqual(known.get(name), value));
  const replaced = Object.entries(snakeCased(Object.fromEntries(changed), WIRE_NAMES)).map(
    ([name, value]): PatchStep => ({ op: 'replace', path: pointer(name), value }),
  );
  return [...replaced, ...Object.entries(properties).flatMap(([name, value]) => stepOf(image, name, value))];
}

function stepOf({ properties }: Image, name: string, value: string | null): PatchStep[] {
  const path = pointer(name);
  const present = Object.hasOwn(properties, name);
  if (value === null) return present ? [{ op: 'remove', path }] : [];
  if (!present) return [{ op: 'add', path, value }];
  return properties[name] === value ? [] : [{ op: 'replace', path, value }];
}

function isEqual(present: unknown, wanted: unknown): boolean {
  if (!Array.isArray(present) || !Array.isArray(wanted)) return present === wanted;
  // Tags are a set to Glance, and come back in another order.
  return present.length === wanted.length && wanted.every((each) => present.includes(each));
}

function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function assertExtra(properties: object): void {
  const taken = Object.keys(properties).filter(isOwnName);
  if (taken.length > 0) throw new TypeError(`not extra properties of an image: ${taken.join(', ')}`);
}

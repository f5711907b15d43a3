// SPDX-License-Identifier: Apache-2.0
// What an image is, here and on Glance's wire, where extra properties stand among the fields of its own.
// It makes no calls.

import type { Given } from '../entry.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { wireNameOf } from '../key.ts';

/** An image's fields as Glance has them. */
const fields = {
  id: z.string(),
  name: orNone(z.string()),
  /** `queued` until its bytes are there, then `saving` and `active`. */
  status: z.string(),
  visibility: z.enum(['public', 'private', 'shared', 'community']),
  /** The project. */
  owner: orNone(z.string()),
  containerFormat: orNone(z.string()),
  diskFormat: orNone(z.string()),
  /** GiB. */
  minDisk: orElse(z.number(), 0),
  /** MiB. */
  minRam: orElse(z.number(), 0),
  protected: z.boolean(),
  hidden: orElse(z.boolean(), false),
  tags: z.array(z.string()),
  /** Bytes; absent until they are there. */
  size: orNone(z.number()),
  /** Bytes the disk has when it is unpacked. */
  virtualSize: orNone(z.number()),
  checksum: orNone(z.string()),
  hashAlgorithm: orNone(z.string()),
  hash: orNone(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
};
const WIRE_NAMES = { hidden: 'os_hidden', hashAlgorithm: 'os_hash_algo', hash: 'os_hash_value' };
const entry = entryOf(fields, WIRE_NAMES);

/** Who may see an image. */
export type ImageVisibility = Image['visibility'];

/** An image as Glance has it. */
export interface Image extends z.output<typeof entry> {
  /** All that is not a field of Glance's own, such as `os_distro`. */
  properties: Record<string, string>;
}

/** What an image is created from; Glance makes it `shared`, without formats, by default. */
export type NewImage = Given<
  Image,
  'name',
  | 'id'
  | 'visibility'
  | 'owner'
  | 'containerFormat'
  | 'diskFormat'
  | 'minDisk'
  | 'minRam'
  | 'protected'
  | 'hidden'
> & {
  tags?: readonly string[] | undefined;
  properties?: Readonly<Record<string, string>> | undefined;
};

/** What an image is changed to; fields and properties that are not named stay, a property of null goes. */
export type ImageChanges = Partial<Omit<NewImage, 'id' | 'properties'>> & {
  properties?: Readonly<Record<string, string | null>> | undefined;
};

/** Glance's own names that are not shown: links, and where a store keeps the bytes. */
const UNSHOWN = [
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'stores',
  'os_glance_importing_to_stores',
];
const OWN_NAMES = new Set([...Object.keys(fields).map((name) => wireNameOf(name, WIRE_NAMES)), ...UNSHOWN]);

/** Whether Glance uses the name itself, so that it cannot be an extra property's. */
export function isOwnName(name: string): boolean {
  return OWN_NAMES.has(name);
}

/** Parses an image. */
export const imageSchema = z.record(z.string(), z.unknown()).transform((wire, context): Image => {
  const parsed = entry.safeParse(wire);
  if (!parsed.success) {
    for (const { path, code } of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: code, path });
    }
    return z.NEVER;
  }
  const extra = Object.entries(wire).filter(
    (property): property is [string, string] => !isOwnName(property[0]) && typeof property[1] === 'string',
  );
  return { ...parsed.data, properties: Object.fromEntries(extra) };
});

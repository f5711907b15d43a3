// SPDX-License-Identifier: Apache-2.0
// What an image is, here and on Glance's wire, where extra properties stand among the fields of its own.
// It makes no calls.

import { z } from 'zod';

/** Who may see an image. */
export type ImageVisibility = 'public' | 'private' | 'shared' | 'community';

/** An image as Glance has it. */
export interface Image {
  id: string;
  name: string | undefined;
  /** `queued` until its bytes are there, then `saving` and `active`. */
  status: string;
  visibility: ImageVisibility;
  /** The project. */
  owner: string | undefined;
  containerFormat: string | undefined;
  diskFormat: string | undefined;
  /** GiB. */
  minDisk: number;
  /** MiB. */
  minRam: number;
  protected: boolean;
  hidden: boolean;
  tags: string[];
  /** Bytes; absent until they are there. */
  size: number | undefined;
  /** Bytes the disk has when it is unpacked. */
  virtualSize: number | undefined;
  checksum: string | undefined;
  hashAlgorithm: string | undefined;
  hash: string | undefined;
  createdAt: string;
  updatedAt: string;
  /** All that is not a field of Glance's own, such as `os_distro`. */
  properties: Record<string, string>;
}

/** What an image is created from; Glance makes it `shared`, without formats, by default. */
export interface NewImage {
  name: string;
  id?: string | undefined;
  visibility?: ImageVisibility | undefined;
  owner?: string | undefined;
  containerFormat?: string | undefined;
  diskFormat?: string | undefined;
  minDisk?: number | undefined;
  minRam?: number | undefined;
  protected?: boolean | undefined;
  hidden?: boolean | undefined;
  tags?: readonly string[] | undefined;
  properties?: Readonly<Record<string, string>> | undefined;
}

/** What an image is changed to; fields and properties that are not named stay, a property of null goes. */
export type ImageChanges = Partial<Omit<NewImage, 'id' | 'properties'>> & {
  properties?: Readonly<Record<string, string | null>> | undefined;
};

const text = z.string().nullish();
const count = z.number().nullish();

const fieldsSchema = z.object({
  id: z.string(),
  name: text,
  status: z.string(),
  visibility: z.enum(['public', 'private', 'shared', 'community']),
  owner: text,
  container_format: text,
  disk_format: text,
  min_disk: count,
  min_ram: count,
  protected: z.boolean(),
  os_hidden: z.boolean().nullish(),
  tags: z.array(z.string()),
  size: count,
  virtual_size: count,
  checksum: text,
  os_hash_algo: text,
  os_hash_value: text,
  created_at: z.string(),
  updated_at: z.string(),
});

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
const OWN_NAMES = new Set([...Object.keys(fieldsSchema.shape), ...UNSHOWN]);

/** Whether Glance uses the name itself, so that it cannot be an extra property's. */
export function isOwnName(name: string): boolean {
  return OWN_NAMES.has(name);
}

/** Parses an image. */
export const imageSchema = z.record(z.string(), z.unknown()).transform((wire, context): Image => {
  const parsed = fieldsSchema.safeParse(wire);
  if (!parsed.success) {
    for (const { path, code } of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: code, path });
    }
    return z.NEVER;
  }
  return imageOf(parsed.data, wire);
});

function imageOf(fields: z.infer<typeof fieldsSchema>, wire: Record<string, unknown>): Image {
  const extra = Object.entries(wire).filter(
    (entry): entry is [string, string] => !isOwnName(entry[0]) && typeof entry[1] === 'string',
  );
  return {
    id: fields.id,
    name: fields.name ?? undefined,
    status: fields.status,
    visibility: fields.visibility,
    owner: fields.owner ?? undefined,
    containerFormat: fields.container_format ?? undefined,
    diskFormat: fields.disk_format ?? undefined,
    minDisk: fields.min_disk ?? 0,
    minRam: fields.min_ram ?? 0,
    protected: fields.protected,
    hidden: fields.os_hidden ?? false,
    tags: fields.tags,
    size: fields.size ?? undefined,
    virtualSize: fields.virtual_size ?? undefined,
    checksum: fields.checksum ?? undefined,
    hashAlgorithm: fields.os_hash_algo ?? undefined,
    hash: fields.os_hash_value ?? undefined,
    createdAt: fields.created_at,
    updatedAt: fields.updated_at,
    properties: Object.fromEntries(extra),
  };
}

// SPDX-License-Identifier: Apache-2.0
// Flavors, public and private. Nova changes nothing but their extra specs: another size is another flavor.
// Who may use a private flavor is left to `client.request`.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';
import type { ExtraSpecs } from './extra-specs.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { createResource } from '../resource.ts';
import { createExtraSpecs } from './extra-specs.ts';

const WIRE_NAMES = {
  ephemeral: 'OS-FLV-EXT-DATA:ephemeral',
  isPublic: 'os-flavor-access:is_public',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    name: z.string(),
    vcpus: z.number(),
    /** MiB. */
    ram: z.number(),
    /** GiB of the root disk, 0 for the image's own size. */
    disk: z.number(),
    /** GiB. */
    ephemeral: orElse(z.number(), 0),
    /** MiB. Before 2.75 an empty text stands for none. */
    swap: z.union([z.number(), z.literal('').transform(() => 0)]),
    isPublic: orElse(z.boolean(), true),
    description: orElse(z.string(), ''),
    extraSpecs: orElse(z.record(z.string(), z.string()), {}),
  },
  WIRE_NAMES,
);

/** A flavor as Nova has it. */
export interface Flavor extends z.output<typeof schema> {}

/** What a flavor is created from; public, with an id of Nova's choice, by default. */
export type NewFlavor = Given<
  Flavor,
  'name' | 'vcpus' | 'ram' | 'disk',
  'id' | 'ephemeral' | 'swap' | 'isPublic' | 'description'
>;

/** Flavor names are unique in a deployment. */
export type FlavorKey = Given<Flavor, 'name'>;
/** What flavors can be listed by. */
export type FlavorFilter = { minDisk?: number | undefined; minRam?: number | undefined };
/** The calls for flavors. */
export type Flavors = Omit<Resource<Flavor, NewFlavor, FlavorKey, FlavorFilter, ComputeOptions>, 'update'> & {
  readonly extraSpecs: ExtraSpecs;
};

/** Binds flavors to calls. */
export function createFlavors(call: Call): Flavors {
  const flavors = createResource<Flavor, NewFlavor, FlavorKey, FlavorFilter, ComputeOptions>(call, {
    singular: 'flavor',
    plural: 'flavors',
    listPath: '/flavors/detail',
    // Without it an administrator sees public flavors only.
    listQuery: { is_public: 'None' },
    schema,
    filters: [],
    keyOf: ({ name }) => ({ name }),
    wireNames: { ...WIRE_NAMES, minDisk: 'minDisk', minRam: 'minRam' },
  });
  const { list, get, find, create, ensure } = flavors;
  return { list, get, find, create, ensure, delete: flavors.delete, extraSpecs: createExtraSpecs(call) };
}

// SPDX-License-Identifier: Apache-2.0
// Flavors, public and private. Nova changes nothing but their extra specs: another size is another flavor.
// Who may use a private flavor is left to `client.request`.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';
import type { ExtraSpecs } from './extra-specs.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';
import { createExtraSpecs } from './extra-specs.ts';

/** A flavor as Nova has it. */
export interface Flavor {
  id: string;
  name: string;
  vcpus: number;
  /** MiB. */
  ram: number;
  /** GiB of the root disk, 0 for the image's own size. */
  disk: number;
  /** GiB. */
  ephemeral: number;
  /** MiB. */
  swap: number;
  isPublic: boolean;
  description: string;
  extraSpecs: Record<string, string>;
}

/** What a flavor is created from; public, with an id of Nova's choice, by default. */
export interface NewFlavor {
  name: string;
  vcpus: number;
  ram: number;
  disk: number;
  id?: string | undefined;
  ephemeral?: number | undefined;
  swap?: number | undefined;
  isPublic?: boolean | undefined;
  description?: string | undefined;
}

/** Flavor names are unique in a deployment. */
export type FlavorKey = { name: string };
/** What flavors can be listed by. */
export type FlavorFilter = { minDisk?: number | undefined; minRam?: number | undefined };
/** The calls for flavors. */
export type Flavors = Omit<Resource<Flavor, NewFlavor, FlavorKey, FlavorFilter, ComputeOptions>, 'update'> & {
  readonly extraSpecs: ExtraSpecs;
};

const IS_PUBLIC = 'os-flavor-access:is_public';
const EPHEMERAL = 'OS-FLV-EXT-DATA:ephemeral';

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    vcpus: z.number(),
    ram: z.number(),
    disk: z.number(),
    [EPHEMERAL]: z.number().nullish(),
    // Before 2.75 an empty text stands for none.
    swap: z.union([z.number(), z.literal('')]),
    [IS_PUBLIC]: z.boolean().nullish(),
    description: z.string().nullish(),
    extra_specs: z.record(z.string(), z.string()).nullish(),
  })
  .transform(({ id, name, vcpus, ram, disk, ...wire }): Flavor => ({
    id,
    name,
    vcpus,
    ram,
    disk,
    ephemeral: wire[EPHEMERAL] ?? 0,
    swap: wire.swap === '' ? 0 : wire.swap,
    isPublic: wire[IS_PUBLIC] ?? true,
    description: wire.description ?? '',
    extraSpecs: wire.extra_specs ?? {},
  }));

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
    wireNames: { isPublic: IS_PUBLIC, ephemeral: EPHEMERAL, minDisk: 'minDisk', minRam: 'minRam' },
  });
  const { list, get, find, create, ensure } = flavors;
  return { list, get, find, create, ensure, delete: flavors.delete, extraSpecs: createExtraSpecs(call) };
}

// SPDX-License-Identifier: Apache-2.0
// Regions, whose id is chosen by the caller and is their name.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A region as Keystone has it. */
export interface Region {
  id: string;
  description: string;
  parentRegionId: string | undefined;
}

/** What a region is created from; at the top by default. */
export interface NewRegion {
  id: string;
  description?: string | undefined;
  parentRegionId?: string | undefined;
}

/** Region ids are unique in a deployment. */
export type RegionKey = { id: string };
/** What regions can be listed by. */
export type RegionFilter = { parentRegionId?: string | undefined };
/** The calls for regions. */
export type Regions = Resource<Region, NewRegion, RegionKey, RegionFilter>;

const schema = z
  .object({
    id: z.string(),
    description: z.string().nullish(),
    parent_region_id: z.string().nullish(),
  })
  .transform((wire): Region => ({
    id: wire.id,
    description: wire.description ?? '',
    parentRegionId: wire.parent_region_id ?? undefined,
  }));

/** Binds regions to calls. */
export function createRegions(call: Call): Regions {
  return createResource(call, {
    singular: 'region',
    plural: 'regions',
    schema,
    // Keystone lists regions by parent only; there are few enough to compare the ids here.
    filters: [],
    keyOf: ({ id }) => ({ id }),
  });
}

// SPDX-License-Identifier: Apache-2.0
// Regions, whose id is chosen by the caller and is their name.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  description: orElse(z.string(), ''),
  parentRegionId: orNone(z.string()),
});

/** A region as Keystone has it. */
export interface Region extends z.output<typeof schema> {}

/** What a region is created from; at the top by default. */
export type NewRegion = Given<Region, 'id', 'description' | 'parentRegionId'>;

/** Region ids are unique in a deployment. */
export type RegionKey = Given<Region, 'id'>;
/** What regions can be listed by. */
export type RegionFilter = Given<Region, never, 'parentRegionId'>;
/** The calls for regions. */
export type Regions = Resource<Region, NewRegion, RegionKey, RegionFilter>;

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

// SPDX-License-Identifier: Apache-2.0
// What the hosts offer and how much of it is taken. Read only: the services that own it write it.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { PlacementOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf, orNone } from '../entry.ts';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';

const WIRE_NAMES = {
  id: 'uuid',
  parentId: 'parent_provider_uuid',
  rootId: 'root_provider_uuid',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    name: z.string(),
    /** Grows with each change. */
    generation: z.number(),
    parentId: orNone(z.string()),
    rootId: orNone(z.string()),
  },
  WIRE_NAMES,
);

/** Something that offers resources, such as a hypervisor. */
export interface ResourceProvider extends z.output<typeof schema> {}

const inventory = entryOf({
  total: z.number(),
  /** Kept back for the host itself. */
  reserved: z.number(),
  minUnit: z.number(),
  maxUnit: z.number(),
  stepSize: z.number(),
  /** More than 1 promises more than there is. */
  allocationRatio: z.number(),
});

/** How much there is of one class of resources. */
export interface Inventory extends z.output<typeof inventory> {}

/** What providers can be listed by. */
export type ResourceProviderFilter = Given<ResourceProvider, never, 'name'> & {
  /** Such as `VCPU:2,MEMORY_MB:1024`: those that have that much left. */
  resources?: string | undefined;
  /** Traits, by comma; one with a leading `!` must be missing. */
  required?: string | undefined;
  /** All providers of the tree that this one is in. */
  inTree?: string | undefined;
};

/** The calls for resource providers. */
export interface ResourceProviders {
  list(filter?: ResourceProviderFilter, options?: PlacementOptions): Promise<ResourceProvider[]>;
  get(id: string, options?: PlacementOptions): Promise<ResourceProvider>;
  /** By class, such as `VCPU`. */
  inventories(id: string, options?: PlacementOptions): Promise<Record<string, Inventory>>;
  /** By class. */
  usages(id: string, options?: PlacementOptions): Promise<Record<string, number>>;
  traits(id: string, options?: PlacementOptions): Promise<string[]>;
}

const listSchema = z
  .object({ resource_providers: z.array(schema) })
  .transform((body) => body.resource_providers);

const inventoriesSchema = z
  .object({ inventories: z.record(z.string(), inventory) })
  .transform(({ inventories }) => inventories);
const usagesSchema = z.object({ usages: z.record(z.string(), z.number()) }).transform(({ usages }) => usages);
const traitsSchema = z.object({ traits: z.array(z.string()) }).transform(({ traits }) => traits);

/** Binds resource providers to calls; Placement has no pages. */
export function createResourceProviders(call: Call): ResourceProviders {
  const path = '/resource_providers';
  const pathOf = (id: string, part: string): string => `${path}/${segment(id)}${part}`;
  return {
    list: async (filter = {}, options) => {
      const query = snakeCased(filter) as Record<string, string>;
      return call({ ...options, method: 'GET', path, query, schema: listSchema });
    },
    get: async (id, options) => call({ ...options, method: 'GET', path: pathOf(id, ''), schema }),
    inventories: async (id, options) =>
      call({ ...options, method: 'GET', path: pathOf(id, '/inventories'), schema: inventoriesSchema }),
    usages: async (id, options) =>
      call({ ...options, method: 'GET', path: pathOf(id, '/usages'), schema: usagesSchema }),
    traits: async (id, options) =>
      call({ ...options, method: 'GET', path: pathOf(id, '/traits'), schema: traitsSchema }),
  };
}

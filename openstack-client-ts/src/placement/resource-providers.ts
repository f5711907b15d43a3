// SPDX-License-Identifier: Apache-2.0
// What the hosts offer and how much of it is taken. Read only: the services that own it write it.

import type { Call } from '../call.ts';
import type { PlacementOptions } from './microversion.ts';

import { z } from 'zod';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';

/** Something that offers resources, such as a hypervisor. */
export interface ResourceProvider {
  id: string;
  name: string;
  /** Grows with each change. */
  generation: number;
  parentId: string | undefined;
  rootId: string | undefined;
}

/** How much there is of one class of resources. */
export interface Inventory {
  total: number;
  /** Kept back for the host itself. */
  reserved: number;
  minUnit: number;
  maxUnit: number;
  stepSize: number;
  /** More than 1 promises more than there is. */
  allocationRatio: number;
}

/** What providers can be listed by. */
export type ResourceProviderFilter = {
  name?: string | undefined;
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

const schema = z
  .object({
    uuid: z.string(),
    name: z.string(),
    generation: z.number(),
    parent_provider_uuid: z.string().nullish(),
    root_provider_uuid: z.string().nullish(),
  })
  .transform(({ uuid, name, generation, ...wire }): ResourceProvider => ({
    id: uuid,
    name,
    generation,
    parentId: wire.parent_provider_uuid ?? undefined,
    rootId: wire.root_provider_uuid ?? undefined,
  }));

const listSchema = z
  .object({ resource_providers: z.array(schema) })
  .transform((body) => body.resource_providers);

const inventorySchema = z
  .object({
    total: z.number(),
    reserved: z.number(),
    min_unit: z.number(),
    max_unit: z.number(),
    step_size: z.number(),
    allocation_ratio: z.number(),
  })
  .transform(({ total, reserved, ...wire }): Inventory => ({
    total,
    reserved,
    minUnit: wire.min_unit,
    maxUnit: wire.max_unit,
    stepSize: wire.step_size,
    allocationRatio: wire.allocation_ratio,
  }));

const inventoriesSchema = z
  .object({ inventories: z.record(z.string(), inventorySchema) })
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

// SPDX-License-Identifier: Apache-2.0
// The one way every Keystone resource is listed, read, created, ensured, changed and deleted.
// It does not compare what exists with what was wanted: `ensure` never changes anything that is there.

import type { Call } from './call.ts';
import type { CallOptions, Query } from './http.ts';
import type { ListOptions } from './paging.ts';

import { z } from 'zod';
import { isOpenStackError } from './errors.ts';
import { segment } from './http.ts';
import { onlyOne, snakeCased } from './key.ts';
import { listAll } from './paging.ts';

type Primitive = string | number | boolean | undefined;
type Flat<T> = { [Name in keyof T]: Primitive };

/** The calls of one kind of resource; every one throws OpenStackError. */
export interface Resource<Item, New, Key, Filter> {
  /** All entries that fit the filter, over all pages. */
  list(filter?: Filter, options?: ListOptions): Promise<Item[]>;
  /** The entry with this id; throws `not-found`. */
  get(id: string, options?: CallOptions): Promise<Item>;
  /** The one entry with this key, or undefined; throws `conflict` when the service holds several. */
  find(key: Key, options?: CallOptions): Promise<Item | undefined>;
  /** Not idempotent: throws `conflict` when there is one already, or makes a second one if the service allows. */
  create(input: New, options?: CallOptions): Promise<Item>;
  /** Idempotent: the existing entry with the input's key, unchanged, or else a new one. */
  ensure(input: New, options?: CallOptions): Promise<Item>;
  /** Changes the given fields only. */
  update(id: string, changes: Partial<New>, options?: CallOptions): Promise<Item>;
  /** Idempotent: one that is gone already counts as deleted. */
  delete(id: string, options?: CallOptions): Promise<void>;
}

/** What distinguishes one kind of resource from another. */
export interface ResourceKind<Item, New, Key> {
  singular: string;
  plural: string;
  schema: z.ZodType<Item>;
  /** The fields of the key by which the service itself can filter; the others are compared here. */
  filters: readonly (keyof Key & string)[];
  keyOf(input: New): Key;
}

/** Binds a kind of resource to the calls of a service; field names go over the wire in snake_case. */
export function createResource<
  Item extends { id: string },
  New extends object,
  Key extends Flat<Key>,
  Filter extends Flat<Filter>,
>(call: Call, kind: ResourceKind<Item, New, Key>): Resource<Item, New, Key, Filter> {
  const collection = `/${kind.plural}`;
  const pathOf = (id: string): string => `${collection}/${segment(id)}`;
  const schema = z
    .record(z.string(), z.unknown())
    .transform((body) => body[kind.singular])
    .pipe(kind.schema);
  const bodyOf = (fields: object): unknown => ({ [kind.singular]: snakeCased(fields) });

  const list = (query: Query, options: ListOptions): Promise<Item[]> =>
    listAll({
      ...{ call, path: collection, query, envelope: kind.plural, schema: kind.schema },
      ...{ idOf: (item: Item) => item.id, signal: options.signal, pageSize: options.pageSize },
    });

  const resource: Resource<Item, New, Key, Filter> = {
    list: (filter, options = {}) => list(queryOf(filter ?? {}), options),
    get: async (id, { signal } = {}) => call({ method: 'GET', path: pathOf(id), schema, signal }),
    find: async (key, { signal } = {}) => {
      const known = Object.fromEntries(kind.filters.map((name) => [name, key[name]]));
      return onlyOne(await list(queryOf(known), { signal }), key, collection);
    },
    create: (input, { signal } = {}) =>
      call({ method: 'POST', path: collection, body: bodyOf(input), schema, signal }),
    ensure: async (input, options) => {
      // Looked up first, because Keystone gladly creates a second equal service or endpoint without a 409.
      const existing = await resource.find(kind.keyOf(input), options);
      if (existing) return existing;
      try {
        return await resource.create(input, options);
      } catch (error) {
        if (!isOpenStackError(error, 'conflict')) throw error;
        const rival = await resource.find(kind.keyOf(input), options);
        if (rival) return rival;
        throw error;
      }
    },
    update: async (id, changes, { signal } = {}) =>
      call({ method: 'PATCH', path: pathOf(id), body: bodyOf(changes), schema, signal }),
    delete: async (id, { signal } = {}) => {
      try {
        await call({ method: 'DELETE', path: pathOf(id), schema: z.unknown(), signal });
      } catch (error) {
        if (!isOpenStackError(error, 'not-found')) throw error;
      }
    },
  };
  return resource;
}

function queryOf(filter: Flat<object>): Query {
  return snakeCased(filter) as Query;
}

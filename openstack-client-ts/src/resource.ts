// SPDX-License-Identifier: Apache-2.0
// The one way every resource of a service is listed, read, created, ensured, changed and deleted.
// It does not compare what exists with what was wanted: `ensure` never changes anything that is there.

import type { Call } from './call.ts';
import type { OpenStackError } from './errors.ts';
import type { CallOptions, Query } from './http/http.ts';
import type { ListOptions } from './paging.ts';

import { z } from 'zod';
import { abortedAt, isOpenStackError } from './errors.ts';
import { segment } from './http/http.ts';
import { onlyOne, snakeCased } from './key.ts';
import { listAll } from './paging.ts';
import { createTurns } from './turns.ts';
import { abortable } from './waiting.ts';

type Primitive = string | number | boolean | undefined;
/** An object whose fields can be written into a query. */
export type Flat<T> = { [Name in keyof T]: Primitive };

/** The calls of one kind of resource; every one throws OpenStackError. */
export interface Resource<
  Item,
  New,
  Key,
  Filter,
  Options extends CallOptions = CallOptions,
  Changes = Partial<New>,
> {
  /** All entries that fit the filter, over all pages. */
  list(filter?: Filter, options?: Options & ListOptions): Promise<Item[]>;
  /** The entry with this id; throws `not-found`. */
  get(id: string, options?: Options): Promise<Item>;
  /** The one entry with this key, or undefined; throws `conflict` when the service holds several. */
  find(key: Key, options?: Options): Promise<Item | undefined>;
  /** Not idempotent: throws `conflict` when there is one already, or makes a second one if the service allows. */
  create(input: New, options?: Options): Promise<Item>;
  /** Idempotent: the existing entry with the input's key, unchanged, or else a new one. */
  ensure(input: New, options?: Options): Promise<Item>;
  /** Changes the given fields only. */
  update(id: string, changes: Changes, options?: Options): Promise<Item>;
  /** Idempotent: one that is gone already counts as deleted. */
  delete(id: string, options?: Options): Promise<void>;
}

/** What distinguishes one kind of resource from another. */
export interface ResourceKind<Item, New, Key> {
  /** The key one entry is under, in requests and answers; undefined when it is not under any. */
  singular: string | undefined;
  /** The key a list is under, and the collection's path unless that is given. */
  plural: string;
  path?: string;
  /** Where entries are listed, when not at the collection's path. */
  listPath?: string;
  /** Goes along with every list. */
  listQuery?: Query;
  updateMethod?: 'PATCH' | 'PUT';
  schema: z.ZodType<Item>;
  /** The fields of the key by which the service itself can filter; the others are compared here. */
  filters: readonly (keyof Key & string)[];
  keyOf(input: New): Key;
  /** The id of the equal entry that a refusal to create another one names. */
  rivalIn?(error: OpenStackError): string | undefined;
  /** Whether the item has the key, when equal fields are not all there is to it. */
  fits?(item: Item, key: Key): boolean;
  /** Names that are not just the snake_case of ours, for fields and filters. */
  wireNames?: Readonly<Record<string, string>>;
  /** The fields as they are sent, when names are not all that differs. */
  toWire?(fields: object): object;
}

/** Binds a kind of resource to the calls of a service; field names go over the wire in snake_case. */
export function createResource<
  Item extends { id: string },
  New extends object,
  Key extends Flat<Key>,
  Filter extends Flat<Filter>,
  Options extends CallOptions = CallOptions,
  Changes extends object = Partial<New>,
>(call: Call, kind: ResourceKind<Item, New, Key>): Resource<Item, New, Key, Filter, Options, Changes> {
  const { singular, plural, path = `/${plural}`, listPath = path, updateMethod = 'PATCH', rivalIn } = kind;
  const pathOf = (id: string): string => `${path}/${segment(id)}`;
  const schema = singular === undefined ? kind.schema : enveloped(singular, kind.schema);
  const queryOf = (filter: object): Query => snakeCased(filter, kind.wireNames) as Query;
  const bodyOf = (fields: object): unknown => {
    const wire = kind.toWire?.(fields) ?? snakeCased(fields, kind.wireNames);
    return singular === undefined ? wire : { [singular]: wire };
  };
  const turns = createTurns();

  const list = (filter: object, options?: ListOptions): Promise<Item[]> =>
    listAll({
      ...options,
      call,
      path: listPath,
      query: { ...kind.listQuery, ...queryOf(filter) },
      envelope: plural,
      schema: kind.schema,
      idOf: (item: Item) => item.id,
    });

  const resource: Resource<Item, New, Key, Filter, Options, Changes> = {
    list: async (filter, options) => list(filter ?? {}, options),
    get: async (id, options) => call({ ...options, method: 'GET', path: pathOf(id), schema }),
    find: async (key, options) => {
      const known = Object.fromEntries(kind.filters.map((name) => [name, key[name]]));
      return onlyOne(await list(known, options), key, { path: listPath, fits: kind.fits });
    },
    create: async (input, options) => call({ ...options, method: 'POST', path, body: bodyOf(input), schema }),
    ensure: async (input, options) => {
      const key = kind.keyOf(input);
      // One after another, as most services gladly create a second equal entry while the first is being made.
      const turn = JSON.stringify(snakeCased(key));
      const ensured = turns.take(turn, () => findOrCreate(resource, { key, input, rivalIn }, options));
      return abortable(ensured, options?.signal, () => abortedAt(listPath));
    },
    update: async (id, changes, options) =>
      call({ ...options, method: updateMethod, path: pathOf(id), body: bodyOf(changes), schema }),
    delete: async (id, options) => deleteIdempotently(call, pathOf(id), options),
  };
  return resource;
}

/** Parses the entry an answer holds under a key. */
export function enveloped<Item>(name: string, schema: z.ZodType<Item>): z.ZodType<Item> {
  return z
    .record(z.string(), z.unknown())
    .transform((body) => body[name])
    .pipe(schema);
}

/** Deletes what is at the path; what is gone already counts as deleted. */
export async function deleteIdempotently(call: Call, path: string, options?: CallOptions): Promise<void> {
  try {
    await call({ ...options, method: 'DELETE', path, schema: z.unknown() });
  } catch (error) {
    if (!isOpenStackError(error, 'not-found')) throw error;
  }
}

/** Looks up, creates when there is nothing, and looks up again when a rival was faster. */
async function findOrCreate<Item, New, Key, Options extends CallOptions>(
  resource: Pick<Resource<Item, New, Key, never, Options>, 'find' | 'create' | 'get'>,
  { key, input, rivalIn }: { key: Key; input: New; rivalIn: ResourceKind<Item, New, Key>['rivalIn'] },
  options: Options | undefined,
): Promise<Item> {
  // Looked up first, because Keystone gladly creates a second equal service or endpoint without a 409.
  const existing = await resource.find(key, options);
  if (existing) return existing;
  try {
    return await resource.create(input, options);
  } catch (error) {
    // To Neutron a subnet that overlaps, such as a rival's equal one, is a bad request.
    if (!isOpenStackError(error, 'conflict') && !isOpenStackError(error, 'bad-request')) throw error;
    const rival = await resource.find(key, options);
    if (rival) return rival;
    const rivalId = rivalIn?.(error);
    if (rivalId !== undefined) return resource.get(rivalId, options);
    throw error;
  }
}

// SPDX-License-Identifier: Apache-2.0
// Collects a list over all its pages: by the "next" link where there is one, wherever it stands, else by marker.
// It never returns a part of a list as if it were the whole.

import type { Call } from './call.ts';
import type { CallOptions, Query } from './http/http.ts';

import { z } from 'zod';
import { OpenStackError } from './errors.ts';

/** What every list accepts. */
export interface ListOptions extends CallOptions {
  /** Entries per page to ask for; default: the service's own choice. The list is complete either way. */
  pageSize?: number | undefined;
}

/** One list to collect. */
export interface ListRequest<Item> extends ListOptions {
  call: Call;
  microversion?: string | undefined;
  path: string;
  query: Query;
  /** The key the entries are under. */
  envelope: string;
  schema: z.ZodType<Item>;
  /** The entry's id; without it pages are followed by link only. */
  idOf?: ((item: Item) => string) | undefined;
}

interface Page<Item> {
  next?: string | null | undefined;
  truncated?: boolean | null | undefined;
  items: Item[];
}

/** All entries in the service's order; throws `invalid-response` when the service cuts the list short for good. */
export async function listAll<Item>(request: ListRequest<Item>): Promise<Item[]> {
  const { call, path, signal, microversion, idOf } = request;
  const schema = pageSchema(request.envelope, request.schema);
  const first: Query = { ...request.query, limit: request.pageSize };
  const collected: Item[] = [];
  const seenIds = new Set<string>();
  const askedQueries = new Set<string>();
  let query: Query | undefined = first;
  while (query !== undefined) {
    askedQueries.add(JSON.stringify(query));
    const page: Page<Item> = await call({ method: 'GET', path, query, schema, signal, microversion });
    // A Keystone that does not know markers answers with the first page again.
    const unseen = idOf ? page.items.filter((item) => !seenIds.has(idOf(item))) : page.items;
    if (idOf) for (const item of unseen) seenIds.add(idOf(item));
    collected.push(...unseen);
    query = unseen.length === 0 ? undefined : queryAfter(page, first, request);
    if (query !== undefined && askedQueries.has(JSON.stringify(query))) query = undefined;
    if (query === undefined && page.truncated) throw truncatedError(path, collected.length);
  }
  return collected;
}

function queryAfter<Item>(page: Page<Item>, first: Query, request: ListRequest<Item>): Query | undefined {
  if (page.next) {
    // Only the link's query is used: behind a proxy its scheme and host may be ones no token should go to.
    const [, search = ''] = page.next.split('?', 2);
    return Object.fromEntries(new URLSearchParams(search));
  }
  const last = page.items.at(-1);
  const isFull = request.pageSize !== undefined && page.items.length >= request.pageSize;
  if (!request.idOf || last === undefined || !(isFull || page.truncated)) return undefined;
  return { ...first, marker: request.idOf(last) };
}

function pageSchema<Item>(envelope: string, item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  const page = z.object({
    next: z.string().nullish(),
    links: z.object({ next: z.string().nullish() }).nullish(),
    linksOfList: z.array(z.object({ rel: z.string(), href: z.string() })).nullish(),
    truncated: z.boolean().nullish(),
    entries: z.array(item),
  });
  const named = z.record(z.string(), z.unknown()).transform((body): unknown => ({
    ...body,
    entries: body[envelope],
    linksOfList: body[`${envelope}_links`],
  }));
  // Keystone: {links: {next}}, Nova and Neutron: {servers_links: [{rel: 'next', href}]}, Glance: {next}.
  return named.pipe(page).transform(({ next, links, linksOfList, truncated, entries }) => ({
    next: links?.next ?? next ?? linksOfList?.find(({ rel }) => rel === 'next')?.href,
    truncated,
    items: entries,
  }));
}

function truncatedError(path: string, count: number): OpenStackError {
  const message = `the service cuts the list after ${count} entries and offers no next page; filter it`;
  return new OpenStackError({ code: 'invalid-response', message, method: 'GET', url: path });
}

// SPDX-License-Identifier: Apache-2.0
// Reads a token's catalog and finds the one endpoint URL for a service type, region and interface.
// It does not guess: several regions without a choice are an error, like none at all.

import { z } from 'zod';
import { entryOf, orNone } from '../entry.ts';
import { OpenStackError } from '../errors.ts';

const INTERFACES = ['public', 'internal', 'admin'] as const;

/** Who an endpoint is for. */
export type Interface = (typeof INTERFACES)[number];

/** Parses an interface name. */
export const interfaceSchema = z.enum(INTERFACES);

const endpoint = entryOf({ interface: interfaceSchema, regionId: orNone(z.string()), url: z.string() });

/** One URL of a service; the region is absent only in hand-made catalogs. */
export interface CatalogEndpoint extends z.output<typeof endpoint> {}

const service = entryOf({ type: z.string(), name: orNone(z.string()), endpoints: z.array(endpoint) });

/** A service and where it is. */
export interface CatalogService extends z.output<typeof service> {}

/** What a token may use. */
export type Catalog = CatalogService[];

/** Parses a catalog as tokens carry it. */
export const catalogSchema = z.array(service);

/** What to look for; without a region the service must have endpoints in one region only. */
export interface EndpointChoice {
  serviceType: string;
  interface: Interface;
  regionName?: string | undefined;
}

/** The endpoint's URL; throws OpenStackError `not-found`, or `bad-request` when a region must be chosen. */
export function endpointIn(catalog: Catalog, choice: EndpointChoice): URL {
  const rows = catalog.flatMap((service) => service.endpoints.map((endpoint) => ({ service, endpoint })));
  const fitting = rows.filter(
    ({ service, endpoint }) =>
      service.type === choice.serviceType &&
      endpoint.interface === choice.interface &&
      (choice.regionName === undefined || endpoint.regionId === choice.regionName),
  );
  const wanted = `${choice.interface} endpoint of service type "${choice.serviceType}"`;
  const found = fitting[0]?.endpoint;
  if (found === undefined) {
    const where = choice.regionName === undefined ? '' : ` in region "${choice.regionName}"`;
    const known = rows.map(
      ({ service, endpoint }) => `${service.type} ${endpoint.interface} ${endpoint.regionId}`,
    );
    throw failure('not-found', `no ${wanted}${where}; the catalog has: ${known.join(', ') || 'nothing'}`);
  }
  const regions = new Set(fitting.map(({ endpoint }) => endpoint.regionId));
  if (regions.size > 1) {
    throw failure('bad-request', `choose a region for the ${wanted}: ${[...regions].join(', ')}`);
  }
  if (!URL.canParse(found.url)) throw failure('invalid-response', `the ${wanted} has no usable URL`);
  return new URL(found.url);
}

function failure(code: 'not-found' | 'bad-request' | 'invalid-response', message: string): OpenStackError {
  return new OpenStackError({ code, message, method: 'LOOKUP', url: 'catalog' });
}

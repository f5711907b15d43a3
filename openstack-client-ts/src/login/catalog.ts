// SPDX-License-Identifier: Apache-2.0
// Reads a token's catalog and finds the one endpoint URL for a service type, region and interface.
// It does not guess: several regions without a choice are an error, like none at all.

import { z } from 'zod';
import { OpenStackError } from '../errors.ts';

const INTERFACES = ['public', 'internal', 'admin'] as const;

/** Who an endpoint is for. */
export type Interface = (typeof INTERFACES)[number];

/** Parses an interface name. */
export const interfaceSchema = z.enum(INTERFACES);

/** One URL of a service; the region is absent only in hand-made catalogs. */
export interface CatalogEndpoint {
  interface: Interface;
  regionId: string | undefined;
  url: string;
}

/** A service and where it is. */
export interface CatalogService {
  type: string;
  name: string | undefined;
  endpoints: CatalogEndpoint[];
}

/** What a token may use. */
export type Catalog = CatalogService[];

const endpointSchema = z
  .object({ interface: interfaceSchema, region_id: z.string().nullish(), url: z.string() })
  .transform((wire): CatalogEndpoint => ({
    interface: wire.interface,
    regionId: wire.region_id ?? undefined,
    url: wire.url,
  }));

/** Parses a catalog as tokens carry it. */
export const catalogSchema = z.array(
  z
    .object({ type: z.string(), name: z.string().nullish(), endpoints: z.array(endpointSchema) })
    .transform((wire): CatalogService => ({
      type: wire.type,
      name: wire.name ?? undefined,
      endpoints: wire.endpoints,
    })),
);

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

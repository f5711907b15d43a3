// SPDX-License-Identifier: Apache-2.0
// The endpoints of services. `ensure` leaves an existing endpoint's URL alone: compare it and `update`.

import type { Call } from '../call.ts';
import type { Interface } from '../login/catalog.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { interfaceSchema } from '../login/catalog.ts';
import { createResource } from '../resource.ts';

/** An endpoint as Keystone has it. */
export interface Endpoint {
  id: string;
  serviceId: string;
  regionId: string | undefined;
  interface: Interface;
  url: string;
  enabled: boolean;
}

/** What an endpoint is created from; enabled by default. */
export interface NewEndpoint {
  serviceId: string;
  regionId: string;
  interface: Interface;
  url: string;
  enabled?: boolean | undefined;
}

/** One endpoint per service, interface and region by convention; Keystone itself enforces nothing. */
export type EndpointKey = { serviceId: string; interface: Interface; regionId: string };
/** What endpoints can be listed by. */
export type EndpointFilter = {
  serviceId?: string | undefined;
  interface?: Interface | undefined;
  regionId?: string | undefined;
};
/** The calls for endpoints. */
export type Endpoints = Resource<Endpoint, NewEndpoint, EndpointKey, EndpointFilter>;

const schema = z
  .object({
    id: z.string(),
    service_id: z.string(),
    region_id: z.string().nullish(),
    interface: interfaceSchema,
    url: z.string(),
    enabled: z.boolean(),
  })
  .transform((wire): Endpoint => ({
    id: wire.id,
    serviceId: wire.service_id,
    regionId: wire.region_id ?? undefined,
    interface: wire.interface,
    url: wire.url,
    enabled: wire.enabled,
  }));

/** Binds endpoints to calls. */
export function createEndpoints(call: Call): Endpoints {
  return createResource(call, {
    singular: 'endpoint',
    plural: 'endpoints',
    schema,
    filters: ['serviceId', 'interface', 'regionId'],
    keyOf: (input) => ({
      serviceId: input.serviceId,
      interface: input.interface,
      regionId: input.regionId,
    }),
  });
}

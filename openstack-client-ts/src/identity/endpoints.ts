// SPDX-License-Identifier: Apache-2.0
// The endpoints of services. `ensure` leaves an existing endpoint's URL alone: compare it and `update`.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orNone } from '../entry.ts';
import { interfaceSchema } from '../login/catalog.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  serviceId: z.string(),
  regionId: orNone(z.string()),
  interface: interfaceSchema,
  url: z.string(),
  enabled: z.boolean(),
});

/** An endpoint as Keystone has it. */
export interface Endpoint extends z.output<typeof schema> {}

/** What an endpoint is created from; enabled by default. */
export type NewEndpoint = Given<Endpoint, 'serviceId' | 'regionId' | 'interface' | 'url', 'enabled'>;

/** One endpoint per service, interface and region by convention; Keystone itself enforces nothing. */
export type EndpointKey = Given<Endpoint, 'serviceId' | 'interface' | 'regionId'>;
/** What endpoints can be listed by. */
export type EndpointFilter = Given<Endpoint, never, 'serviceId' | 'interface' | 'regionId'>;
/** The calls for endpoints. */
export type Endpoints = Resource<Endpoint, NewEndpoint, EndpointKey, EndpointFilter>;

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

// SPDX-License-Identifier: Apache-2.0
// The services a catalog is made of. Keystone allows several of one type and name; `ensure` makes only one.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  type: z.string(),
  name: orNone(z.string()),
  description: orElse(z.string(), ''),
  enabled: z.boolean(),
});

/** A service as Keystone has it. */
export interface Service extends z.output<typeof schema> {}

/** What a service is created from; enabled by default. */
export type NewService = Given<Service, 'type' | 'name', 'description' | 'enabled'>;

/** Type and name together identify a service by convention; Keystone itself enforces nothing. */
export type ServiceKey = Given<Service, 'type', 'name'>;
/** What services can be listed by. */
export type ServiceFilter = Given<Service, never, 'type' | 'name'>;
/** The calls for services. */
export type Services = Resource<Service, NewService, ServiceKey, ServiceFilter>;

/** Binds services to calls. */
export function createServices(call: Call): Services {
  return createResource(call, {
    singular: 'service',
    plural: 'services',
    schema,
    filters: ['type', 'name'],
    keyOf: ({ type, name }) => ({ type, name }),
  });
}

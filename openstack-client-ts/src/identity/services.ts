// SPDX-License-Identifier: Apache-2.0
// The services a catalog is made of. Keystone allows several of one type and name; `ensure` makes only one.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A service as Keystone has it. */
export interface Service {
  id: string;
  type: string;
  name: string | undefined;
  description: string;
  enabled: boolean;
}

/** What a service is created from; enabled by default. */
export interface NewService {
  type: string;
  name: string;
  description?: string | undefined;
  enabled?: boolean | undefined;
}

/** Type and name together identify a service by convention; Keystone itself enforces nothing. */
export type ServiceKey = { type: string; name?: string | undefined };
/** What services can be listed by. */
export type ServiceFilter = { type?: string | undefined; name?: string | undefined };
/** The calls for services. */
export type Services = Resource<Service, NewService, ServiceKey, ServiceFilter>;

const schema = z
  .object({
    id: z.string(),
    type: z.string(),
    name: z.string().nullish(),
    description: z.string().nullish(),
    enabled: z.boolean(),
  })
  .transform((wire): Service => ({
    ...wire,
    name: wire.name ?? undefined,
    description: wire.description ?? '',
  }));

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

// SPDX-License-Identifier: Apache-2.0
// Domains. Keystone refuses to delete an enabled one (403); disabling it first is the caller's decision.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A domain as Keystone has it. */
export interface Domain {
  id: string;
  name: string;
  description: string;
  enabled: boolean;
}

/** What a domain is created from; enabled by default. */
export interface NewDomain {
  name: string;
  description?: string | undefined;
  enabled?: boolean | undefined;
}

/** Domain names are unique in a deployment. */
export type DomainKey = { name: string };
/** What domains can be listed by. */
export type DomainFilter = { name?: string | undefined; enabled?: boolean | undefined };
/** The calls for domains. */
export type Domains = Resource<Domain, NewDomain, DomainKey, DomainFilter>;

const schema = z
  .object({ id: z.string(), name: z.string(), description: z.string().nullish(), enabled: z.boolean() })
  .transform((wire): Domain => ({ ...wire, description: wire.description ?? '' }));

/** Binds domains to calls. */
export function createDomains(call: Call): Domains {
  return createResource(call, {
    singular: 'domain',
    plural: 'domains',
    schema,
    filters: ['name'],
    keyOf: ({ name }) => ({ name }),
  });
}

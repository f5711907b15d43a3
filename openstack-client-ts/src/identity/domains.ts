// SPDX-License-Identifier: Apache-2.0
// Domains. Keystone refuses to delete an enabled one (403); disabling it first is the caller's decision.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  description: orElse(z.string(), ''),
  enabled: z.boolean(),
});

/** A domain as Keystone has it. */
export interface Domain extends z.output<typeof schema> {}

/** What a domain is created from; enabled by default. */
export type NewDomain = Given<Domain, 'name', 'description' | 'enabled'>;

/** Domain names are unique in a deployment. */
export type DomainKey = Given<Domain, 'name'>;
/** What domains can be listed by. */
export type DomainFilter = Given<Domain, never, 'name' | 'enabled'>;
/** The calls for domains. */
export type Domains = Resource<Domain, NewDomain, DomainKey, DomainFilter>;

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

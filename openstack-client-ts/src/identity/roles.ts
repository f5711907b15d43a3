// SPDX-License-Identifier: Apache-2.0
// Roles themselves; who has one is in role-assignments.ts.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  /** Absent for a global role, which nearly all are. */
  domainId: orNone(z.string()),
  description: orElse(z.string(), ''),
});

/** A role as Keystone has it. */
export interface Role extends z.output<typeof schema> {}

/** What a role is created from; global by default. */
export type NewRole = Given<Role, 'name', 'domainId' | 'description'>;

/** Role names are unique in their domain, or among the global roles; without a domain only those are found. */
export type RoleKey = Given<Role, 'name', 'domainId'>;
/** What roles can be listed by; without a domain only global roles are listed. */
export type RoleFilter = Given<Role, never, 'name' | 'domainId'>;
/** The calls for roles. */
export type Roles = Resource<Role, NewRole, RoleKey, RoleFilter>;

/** Binds roles to calls. */
export function createRoles(call: Call): Roles {
  return createResource(call, {
    singular: 'role',
    plural: 'roles',
    schema,
    filters: ['name', 'domainId'],
    keyOf: ({ name, domainId }) => ({ name, domainId }),
  });
}

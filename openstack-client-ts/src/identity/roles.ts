// SPDX-License-Identifier: Apache-2.0
// Roles themselves; who has one is in role-assignments.ts.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A role as Keystone has it. */
export interface Role {
  id: string;
  name: string;
  /** Absent for a global role, which nearly all are. */
  domainId: string | undefined;
  description: string;
}

/** What a role is created from; global by default. */
export interface NewRole {
  name: string;
  domainId?: string | undefined;
  description?: string | undefined;
}

/** Role names are unique in their domain, or among the global roles; without a domain only those are found. */
export type RoleKey = { name: string; domainId?: string | undefined };
/** What roles can be listed by; without a domain only global roles are listed. */
export type RoleFilter = { name?: string | undefined; domainId?: string | undefined };
/** The calls for roles. */
export type Roles = Resource<Role, NewRole, RoleKey, RoleFilter>;

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    domain_id: z.string().nullish(),
    description: z.string().nullish(),
  })
  .transform((wire): Role => ({
    id: wire.id,
    name: wire.name,
    domainId: wire.domain_id ?? undefined,
    description: wire.description ?? '',
  }));

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

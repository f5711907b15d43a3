// SPDX-License-Identifier: Apache-2.0
// Users, and the setting of their passwords by an administrator.
// A password is never read back: `ensure` does not tell whether an existing user has the given one.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A user as Keystone has it, without the password. */
export interface User {
  id: string;
  name: string;
  domainId: string;
  defaultProjectId: string | undefined;
  description: string;
  email: string | undefined;
  enabled: boolean;
  /** ISO 8601; absent when the password does not expire. */
  passwordExpiresAt: string | undefined;
}

/** What a user is created from; enabled, and without a password, by default. */
export interface NewUser {
  name: string;
  domainId: string;
  password?: string | undefined;
  defaultProjectId?: string | undefined;
  description?: string | undefined;
  email?: string | undefined;
  enabled?: boolean | undefined;
}

/** User names are unique in their domain. */
export type UserKey = { name: string; domainId: string };
/** What users can be listed by. */
export type UserFilter = {
  name?: string | undefined;
  domainId?: string | undefined;
  enabled?: boolean | undefined;
};

/** The calls for users. */
export interface Users extends Resource<User, NewUser, UserKey, UserFilter> {
  /**
   * Sets the password without knowing the old one, which kills all of the user's tokens, also one issued
   * later in the same second; when it is this client's own user, make a new client.
   */
  setPassword(id: string, password: string, options?: CallOptions): Promise<void>;
}

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    domain_id: z.string(),
    default_project_id: z.string().nullish(),
    description: z.string().nullish(),
    email: z.string().nullish(),
    enabled: z.boolean(),
    password_expires_at: z.string().nullish(),
  })
  .transform((wire): User => ({
    id: wire.id,
    name: wire.name,
    domainId: wire.domain_id,
    defaultProjectId: wire.default_project_id ?? undefined,
    description: wire.description ?? '',
    email: wire.email ?? undefined,
    enabled: wire.enabled,
    passwordExpiresAt: wire.password_expires_at ?? undefined,
  }));

/** Binds users to calls. */
export function createUsers(call: Call): Users {
  const users = createResource<User, NewUser, UserKey, UserFilter>(call, {
    singular: 'user',
    plural: 'users',
    schema,
    filters: ['name', 'domainId'],
    keyOf: ({ name, domainId }) => ({ name, domainId }),
  });
  return {
    ...users,
    setPassword: async (id, password, options) => {
      await users.update(id, { password }, options);
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
// Users, and the setting of their passwords by an administrator.
// A password is never read back: `ensure` does not tell whether an existing user has the given one.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  domainId: z.string(),
  defaultProjectId: orNone(z.string()),
  description: orElse(z.string(), ''),
  email: orNone(z.string()),
  enabled: z.boolean(),
  /** ISO 8601; absent when the password does not expire. */
  passwordExpiresAt: orNone(z.string()),
});

/** A user as Keystone has it, without the password. */
export interface User extends z.output<typeof schema> {}

/** What a user is created from; enabled, and without a password, by default. */
export type NewUser = Given<
  User,
  'name' | 'domainId',
  'defaultProjectId' | 'description' | 'email' | 'enabled'
> & {
  password?: string | undefined;
};

/** User names are unique in their domain. */
export type UserKey = Given<User, 'name' | 'domainId'>;
/** What users can be listed by. */
export type UserFilter = Given<User, never, 'name' | 'domainId' | 'enabled'>;

/** The calls for users. */
export interface Users extends Resource<User, NewUser, UserKey, UserFilter> {
  /**
   * Sets the password without knowing the old one, which kills all of the user's tokens, also one issued
   * later in the same second; when it is this client's own user, make a new client.
   */
  setPassword(id: string, password: string, options?: CallOptions): Promise<void>;
}

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

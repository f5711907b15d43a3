// SPDX-License-Identifier: Apache-2.0
// Application credentials, which let a program in without the user's password.
// Keystone lets only the user create them, and never changes one: delete it and create another.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { segment } from '../http/http.ts';
import { onlyOne, snakeCased } from '../key.ts';
import { listAll } from '../paging.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

const fields = {
  id: z.string(),
  name: z.string(),
  description: orElse(z.string(), ''),
  projectId: z.string(),
  roles: z.array(entryOf({ id: z.string(), name: z.string() })),
  /** ISO 8601 in UTC; absent when it does not expire. */
  expiresAt: orNone(z.string().transform(inUtc)),
  /** Whether it may create and delete application credentials and trusts; null while it is unknown. */
  unrestricted: orElse(z.boolean(), false),
};
const schema = entryOf(fields);
const createdSchema = entryOf({ ...fields, secret: z.string() });

/** An application credential as Keystone has it, without the secret. */
export interface ApplicationCredential extends z.output<typeof schema> {}

/** What an application credential is created from: with all of the token's roles, for good, by default. */
export interface NewApplicationCredential {
  name: string;
  description?: string | undefined;
  /** Some of the roles the user has on the token's project. */
  roles?: readonly ({ id: string } | { name: string })[] | undefined;
  expiresAt?: Date | undefined;
  unrestricted?: boolean | undefined;
  /** Made by Keystone when none is given. */
  secret?: string | undefined;
}

/** Names are unique for a user. */
export type ApplicationCredentialKey = { name: string };

/** The calls for the application credentials of a user; every one throws OpenStackError. */
export interface ApplicationCredentials {
  list(userId: string, options?: CallOptions): Promise<ApplicationCredential[]>;
  get(userId: string, id: string, options?: CallOptions): Promise<ApplicationCredential>;
  find(
    userId: string,
    key: ApplicationCredentialKey,
    options?: CallOptions,
  ): Promise<ApplicationCredential | undefined>;
  /** Shows the secret this once, to whoever prints the result; throws `conflict` when the name is taken. */
  create(
    userId: string,
    input: NewApplicationCredential,
    options?: CallOptions,
  ): Promise<ApplicationCredential & { secret: string }>;
  /** Idempotent: one that is gone already counts as deleted. */
  delete(userId: string, id: string, options?: CallOptions): Promise<void>;
}

/** Binds application credentials to calls. */
export function createApplicationCredentials(call: Call): ApplicationCredentials {
  const pathOf = (userId: string): string => `/users/${segment(userId)}/application_credentials`;
  const list = async (userId: string, query: { name?: string }, options?: CallOptions) =>
    listAll({
      // Without a page size, which Keystone refuses here.
      signal: options?.signal,
      call,
      path: pathOf(userId),
      query,
      schema,
      envelope: 'application_credentials',
      idOf: ({ id }) => id,
    });
  return {
    list: (userId, options) => list(userId, {}, options),
    get: async (userId, id, options) => {
      const path = `${pathOf(userId)}/${segment(id)}`;
      return call({ ...options, method: 'GET', path, schema: enveloped('application_credential', schema) });
    },
    find: async (userId, key, options) =>
      onlyOne(await list(userId, key, options), key, { path: pathOf(userId) }),
    create: async (userId, { expiresAt, ...input }, options) => {
      const fields = snakeCased({ ...input, expiresAt: expiresAt?.toISOString() });
      const body = { application_credential: fields };
      const created = enveloped('application_credential', createdSchema);
      return call({ ...options, method: 'POST', path: pathOf(userId), body, schema: created });
    },
    delete: async (userId, id, options) =>
      deleteIdempotently(call, `${pathOf(userId)}/${segment(id)}`, options),
  };
}

/** Keystone leaves out that its times are in UTC. */
function inUtc(time: string): string {
  return /(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`;
}

// SPDX-License-Identifier: Apache-2.0
// The public keys of users, which Nova knows by name. It never sees a private key: since 2.92 it makes none.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { createResource, enveloped } from '../resource.ts';

const fields = entryOf({
  name: z.string(),
  publicKey: z.string(),
  fingerprint: z.string(),
  type: orElse(z.enum(['ssh', 'x509']), 'ssh'),
});

/** A public key as Nova has it; its id is the name again, as calls take it where others take an id. */
export interface Keypair extends z.output<typeof fields> {
  id: string;
}

// In a list each entry has an envelope of its own.
const schema = z
  .union([enveloped('keypair', fields), fields])
  .transform((keypair): Keypair => ({ ...keypair, id: keypair.name }));

/** What a key pair is created from; of type `ssh` by default. */
export type NewKeypair = Given<Keypair, 'name' | 'publicKey', 'type'> & {
  /** Another user; for administrators. */
  userId?: string | undefined;
};

/** Names are unique for a user; the client's own user when none is given. */
export type KeypairKey = { name: string; userId?: string | undefined };
/** What key pairs can be listed by. */
export type KeypairFilter = { userId?: string | undefined };
/** The calls for key pairs. */
export type Keypairs = Omit<
  Resource<Keypair, NewKeypair, KeypairKey, KeypairFilter, ComputeOptions>,
  'update'
>;

/** Binds key pairs to calls. */
export function createKeypairs(call: Call): Keypairs {
  const keypairs = createResource<Keypair, NewKeypair, KeypairKey, KeypairFilter, ComputeOptions>(call, {
    singular: 'keypair',
    plural: 'keypairs',
    path: '/os-keypairs',
    schema,
    filters: ['userId'],
    keyOf: ({ name, userId }) => ({ name, userId }),
    // The list is of one user, and its entries do not say whose.
    fits: (item, key) => item.name === key.name,
  });
  const { list, get, find, create, ensure } = keypairs;
  return { list, get, find, create, ensure, delete: keypairs.delete };
}

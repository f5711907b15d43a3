// SPDX-License-Identifier: Apache-2.0
// The public keys of users, which Nova knows by name. It never sees a private key: since 2.92 it makes none.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A public key as Nova has it. */
export interface Keypair {
  /** The name again, as calls take it where others take an id. */
  id: string;
  name: string;
  publicKey: string;
  fingerprint: string;
  type: 'ssh' | 'x509';
}

/** What a key pair is created from; of type `ssh` by default. */
export interface NewKeypair {
  name: string;
  publicKey: string;
  type?: 'ssh' | 'x509' | undefined;
  /** Another user; for administrators. */
  userId?: string | undefined;
}

/** Names are unique for a user; the client's own user when none is given. */
export type KeypairKey = { name: string; userId?: string | undefined };
/** What key pairs can be listed by. */
export type KeypairFilter = { userId?: string | undefined };
/** The calls for key pairs. */
export type Keypairs = Omit<
  Resource<Keypair, NewKeypair, KeypairKey, KeypairFilter, ComputeOptions>,
  'update'
>;

const fields = z.object({
  name: z.string(),
  public_key: z.string(),
  fingerprint: z.string(),
  type: z.enum(['ssh', 'x509']).nullish(),
});

// In a list each entry has an envelope of its own.
const schema = z
  .union([z.object({ keypair: fields }).transform(({ keypair }) => keypair), fields])
  .transform((wire): Keypair => ({
    id: wire.name,
    name: wire.name,
    publicKey: wire.public_key,
    fingerprint: wire.fingerprint,
    type: wire.type ?? 'ssh',
  }));

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

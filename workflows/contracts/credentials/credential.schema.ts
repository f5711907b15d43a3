// SPDX-License-Identifier: Apache-2.0
// The schemas of what the secret store holds of a credential, of its status file, and of the input of a rotation.
import { z } from 'zod';
import { boxName } from '../box/spec/values.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import type {
  Acknowledgements,
  CredentialStatusFile,
  CredentialUse,
  PendingCredential,
  PublishedCredential,
} from './credential.ts';

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time');
const generation = z.int().min(1);

const issued = z.object({
  generation,
  name: z.string().min(1),
  id: z.string().min(1),
  secret: z.string().min(1),
  createdAt: moment,
  expiresAt: moment,
  roles: z.array(z.string()),
});

const published = issued.extend({ run: z.string(), previous: issued.nullable() });
const pending = issued.omit({ id: true });
const use = z.object({
  generation: z.int().min(0),
  acknowledgedAt: moment,
  retiredGeneration: z.int().min(0),
  passwordRun: z.string().optional(),
});

const acknowledgements = z.object({
  consumers: z.record(z.string(), z.object({ generation, at: moment, actor: z.string() })),
});

const statusFile = z.object({
  users: z.array(
    z.object({
      user: z.string(),
      generation,
      name: z.string(),
      createdAt: moment,
      dueAt: moment,
      expiresAt: moment,
      roles: z.array(z.string()),
      acknowledgedAt: moment.nullable(),
      previous: z.object({ generation, expiresAt: moment }).nullable(),
      awaited: z.array(z.string()).optional(),
    }),
  ),
});

export const parsePublished = (raw: unknown): Parsed<PublishedCredential> =>
  parseWith<PublishedCredential>(published, raw);
export const parsePending = (raw: unknown): Parsed<PendingCredential> =>
  parseWith<PendingCredential>(pending, raw);
export const parseUse = (raw: unknown): Parsed<CredentialUse> => parseWith<CredentialUse>(use, raw);
export const parseAcknowledgements = (raw: unknown): Parsed<Acknowledgements> =>
  parseWith<Acknowledgements>(acknowledgements, raw);
export const parseStatusFile = (raw: unknown): Parsed<CredentialStatusFile> =>
  parseWith<CredentialStatusFile>(statusFile, raw);

/** Users of the services of OpenStack; also names of folders. */
const userName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'Not the name of a service user');

export interface RotateCredentialsInput {
  readonly name: string;
  /** Null: all. */
  readonly users: readonly string[] | null;
  /** True: only what is due; false: all that are named, now. */
  readonly due: boolean;
  /** Retires at once, and changes the passwords last: every token of the users ends. */
  readonly emergency: boolean;
  readonly takeOver: boolean;
  readonly scheduled: boolean;
}

const rotateCredentials = z
  .strictObject({
    name: boxName,
    users: z.array(userName).min(1).nullable().default(null),
    due: z.boolean().default(false),
    emergency: z.boolean().default(false),
    takeOver: z.boolean().default(false),
    scheduled: z.boolean().default(false),
  })
  .refine(({ due, emergency }) => !(due && emergency), {
    path: ['emergency'],
    message: 'An emergency is now: it does not go with due',
  });

export const parseRotateCredentials = (raw: unknown): Parsed<RotateCredentialsInput> =>
  parseWith<RotateCredentialsInput>(rotateCredentials, raw);

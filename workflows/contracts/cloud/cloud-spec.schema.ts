// SPDX-License-Identifier: Apache-2.0
// The schemas of a cloud's spec and of the inputs that name one. Parsed at the edges, never inside a workflow.
import { z } from 'zod';
import { every, lifetime } from '../box/spec/values.schema.ts';
import { everySeconds, credentialLifetime } from '../box/schedules.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import type { AcknowledgeInput, CloudSpec, RotateCloudInput } from './cloud-spec.ts';

/** Part of ids and of a path. */
export const cloudName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/,
    'A name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path',
  );

/** Also the name of a file and of a folder of the secret store. */
const userName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'Not a user: 1 to 32 characters a-z, 0-9, _ and -, the first a letter');

/** Also part of an id. */
const consumerName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, 'Not a consumer: letters, digits, . and -, such as a host name');

const keystoneName = z.string().min(1).max(64);
const path = z
  .string()
  .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'Not an absolute path of letters, digits, . _ -')
  .refine(
    (text) => !text.split('/').some((part) => part === '..' || part === '.'),
    'A path without . and ..',
  );

const user = z.strictObject({
  name: userName,
  roles: z.array(keystoneName).min(1).max(20).default(['service']),
  consumers: z
    .array(consumerName)
    .max(200)
    .default([])
    .refine((names) => new Set(names).size === names.length, 'A consumer is listed twice'),
});

/** Of an API below `/v1`: one word, or several with slashes. */
const mount = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/, 'Not a path in Vault');

const login = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('certificate'),
    mount: mount.default('cert'),
    role: z.string().min(1).max(128).optional(),
    certificateFile: path,
    keyFile: path,
  }),
  z.strictObject({
    kind: z.literal('approle'),
    mount: mount.default('approle'),
    roleId: z.string().min(1).max(128),
    secretIdFile: path,
  }),
]);

const store = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('vault'),
    // What is sent to it are secrets.
    address: z.string().regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/, 'Not the https address of a Vault'),
    authorityFile: path.optional(),
    mount: mount.default('secret'),
    prefix: mount.default('holdfast'),
    login,
    policyLogin: login.optional(),
    template: z
      .strictObject({ mount, path: mount, version: z.union([z.literal(1), z.literal(2)]).default(1) })
      .optional(),
  }),
]);

const seconds = (text: string): number => everySeconds(text) ?? Number.POSITIVE_INFINITY;

const cloudSpec = z
  .strictObject({
    apiVersion: z.literal('holdfast/v1'),
    kind: z.literal('Cloud'),
    name: cloudName,
    administrator: z.string().min(1).max(200),
    cloudsFile: path.optional(),
    domain: keystoneName.default('Default'),
    project: keystoneName.default('service'),
    lifetime: lifetime.default(credentialLifetime.default),
    tokenLifetime: every.default('1h'),
    rotateEvery: every.default('6h'),
    // 50: each has some five steps, and their run stays far below the limits of a history (docs/performance.md).
    users: z.array(user).min(1).max(50),
    store: store.default({ kind: 'embedded' }),
    folder: path.optional(),
    notify: notifyWays.optional(),
  })
  .superRefine(({ users, lifetime: life, tokenLifetime, rotateEvery }, { addIssue }) => {
    users.forEach(({ name }, index) => {
      if (users.slice(0, index).some((other) => other.name === name))
        addIssue({ code: 'custom', path: ['users', index, 'name'], message: 'This user is listed before' });
    });
    // A third of a life is left when one is due: the former one lives through it with its tokens.
    if (seconds(tokenLifetime) * 3 > seconds(life))
      addIssue({
        code: 'custom',
        path: ['tokenLifetime'],
        message: `More than a third of lifetime ${life}: a former credential would lapse under its own tokens`,
      });
    if (rotateEvery !== 'never' && seconds(rotateEvery) * 6 > seconds(life))
      addIssue({
        code: 'custom',
        path: ['rotateEvery'],
        message: `Fewer than two scheduled runs in the last third of lifetime ${life}`,
      });
  });

export const parseCloudSpec = (raw: unknown): Parsed<CloudSpec> => parseWith<CloudSpec>(cloudSpec, raw);

const rotateCloud = z
  .strictObject({
    name: cloudName,
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

export const parseRotateCloud = (raw: unknown): Parsed<RotateCloudInput> =>
  parseWith<RotateCloudInput>(rotateCloud, raw);

const acknowledge = z.strictObject({
  name: cloudName,
  user: userName,
  consumer: consumerName,
  generation: z.int().min(1),
  actor: z.string().min(1).max(256),
});

export const parseAcknowledge = (raw: unknown): Parsed<AcknowledgeInput> =>
  parseWith<AcknowledgeInput>(acknowledge, raw);

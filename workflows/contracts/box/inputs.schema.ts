// SPDX-License-Identifier: Apache-2.0
// The schemas of the inputs that name a box. Parsed at the edges, never inside a workflow.
import { z } from 'zod';
import { databaseServices, type MigrateDatabaseInput } from '../database/database-driver.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { boxName } from './spec/values.schema.ts';
import type { InstallBoxInput, NamedBoxInput, RestoreBoxInput } from './box-spec.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'Not a digest: 64 digits 0-9 and a-f');

const installBoxSchema = z.strictObject({
  name: boxName,
  specDigest: digest,
  base: digest.optional(),
  takeOver: z.boolean().default(false),
});
const namedBoxSchema = z.strictObject({
  name: boxName,
  takeOver: z.boolean().default(false),
  scheduled: z.boolean().default(false),
});

/** A dump's id becomes a path: nothing but the digits of a nonce. */
const restoreBoxSchema = namedBoxSchema.extend({
  dump: z.string().regex(/^[0-9a-f]{16}$/, 'Not the id of a dump: 16 digits 0-9 and a-f'),
});

const migrateDatabaseSchema = namedBoxSchema
  .omit({ scheduled: true })
  .extend({ service: z.enum(databaseServices) });

export const parseInstallBox = (raw: unknown): Parsed<InstallBoxInput> =>
  parseWith<InstallBoxInput>(installBoxSchema, raw);
export const parseRestoreBox = (raw: unknown): Parsed<RestoreBoxInput> =>
  parseWith<RestoreBoxInput>(restoreBoxSchema, raw);
export const parseNamedBox = (raw: unknown): Parsed<NamedBoxInput> =>
  parseWith<NamedBoxInput>(namedBoxSchema, raw);
export const parseMigrateDatabase = (raw: unknown): Parsed<MigrateDatabaseInput> =>
  parseWith<MigrateDatabaseInput>(migrateDatabaseSchema, raw);

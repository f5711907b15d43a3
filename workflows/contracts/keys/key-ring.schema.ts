// SPDX-License-Identifier: Apache-2.0
// The schemas of a ring of keys as the secret store holds it, and of the inputs of the rotations of a box's own secrets.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { boxName } from '../box/spec/values.schema.ts';
import { tokenFormats, type KeyRing, type TokenFormat } from './key-ring.ts';

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time');

const keyRing = z
  .strictObject({
    keys: z
      .array(
        z.strictObject({
          id: z.int().min(1),
          secret: z.string().min(1),
          retiredAt: moment.nullable(),
          archived: z.literal(true).optional(),
        }),
      )
      .min(1),
    primary: z.int().min(1),
    rotation: z.string().nullable(),
    endedBy: z.string().nullable(),
  })
  .refine(({ keys, primary }) => keys.some(({ id, archived }) => id === primary && archived !== true), {
    path: ['primary'],
    message: 'Is none of the keys',
  })
  .refine(({ keys, primary }) => keys.filter(({ id }) => id > primary).length <= 1, {
    path: ['keys'],
    message: 'More than one is staged',
  })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, {
    path: ['keys'],
    message: 'Two have the same id',
  });

export const parseKeyRing = (raw: unknown): Parsed<KeyRing> => parseWith<KeyRing>(keyRing, raw);

export interface RotateKeysInput {
  readonly name: string;
  /** By which the box makes its tokens: another kind is refused. Default: whichever it is. */
  readonly kind?: TokenFormat;
  /** True: ends what an earlier run began, and begins none. */
  readonly due: boolean;
  /** The former keys are known to others: they go at once, and every token with them. */
  readonly emergency: boolean;
  /** Started by a schedule: no person watches. */
  readonly scheduled: boolean;
  readonly takeOver: boolean;
}

const rotateKeys = z
  .strictObject({
    name: boxName,
    kind: z.enum(tokenFormats).optional(),
    due: z.boolean().default(false),
    emergency: z.boolean().default(false),
    scheduled: z.boolean().default(false),
    takeOver: z.boolean().default(false),
  })
  .refine(({ due, emergency }) => !(due && emergency), {
    path: ['emergency'],
    message: 'An emergency is now: it does not go with due',
  });

export const parseRotateKeys = (raw: unknown): Parsed<RotateKeysInput> =>
  parseWith<RotateKeysInput>(rotateKeys, raw);

// SPDX-License-Identifier: Apache-2.0
// How far the administrator of a box has come to another password, as the secret store keeps it.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';

export interface PasswordRotation {
  /** The next password, stored before Keystone hears of it; null between rotations. */
  readonly secret: string | null;
  /** Nonce of the run that ended the last rotation. */
  readonly endedBy: string | null;
}

const passwordRotation = z.strictObject({
  secret: z.string().min(1).nullable(),
  endedBy: z.string().nullable(),
});

export const parsePasswordRotation = (raw: unknown): Parsed<PasswordRotation> =>
  parseWith<PasswordRotation>(passwordRotation, raw);

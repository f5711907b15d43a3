// SPDX-License-Identifier: Apache-2.0
// The schemas of the records of CRLs and revocations, and of the inputs that ask for them.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { authorityParts } from './authority-spec.schema.ts';
import { ceremonyParts } from './ceremony.schema.ts';
import {
  crlDaysLeft,
  plainSerial,
  type CrlReservation,
  type CrlSeal,
  type CrlTimes,
  type CrlVerification,
  type IssueCrlInput,
  type RevokeInput,
  type Revocation,
} from './root-crl.ts';

const { moment, sha256, verdicts, sealedFiles } = ceremonyParts;

const number = z.int().min(1);
const person = z.string().min(1).max(256);
const why = z
  .string()
  .min(1, 'Say why: it is kept in the record that people approve')
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'A reason is one line');

const serial = z
  .string()
  .regex(/^([0-9a-f]{2}){1,20}$/, 'Not a serial number: an even number of digits 0-9 and a-f')
  .refine((text) => plainSerial(text) === text, 'A serial number is written without leading zeros');

/** What the records and the input of a drill say again. */
export const crlParts = { person, why, serial };

const reservation = z.strictObject({
  authority: authorityParts.name,
  number,
  root: authorityParts.root,
  revoked: authorityParts.root.shape.revoked,
  lifetime: authorityParts.profile.shape.crlLifetime,
  reservedAt: moment,
  requestedBy: person,
});

const times = z.strictObject({ thisUpdate: moment, nextUpdate: moment });

const verification = z.strictObject({ crlDigest: sha256, verdicts });

const seal = z.strictObject({
  authority: authorityParts.name,
  number,
  files: sealedFiles,
  digest: sha256,
  sealedAt: moment,
});

const revocation = z.strictObject({
  authority: authorityParts.name,
  serial,
  why,
  approvals: authorityParts.approvals,
  approvers: authorityParts.approvers,
  requestedAt: moment,
  requestedBy: person,
});

const issueCrl = z.strictObject({
  name: authorityParts.name,
  daysLeft: z.int().min(1).max(3650).default(crlDaysLeft),
  requestedBy: person.optional(),
  scheduled: z.boolean().default(false),
  takeOver: z.boolean().default(false),
});

const revoke = z.strictObject({
  name: authorityParts.name,
  serial,
  why,
  requestedBy: person,
  takeOver: z.boolean().default(false),
});

export const parseCrlReservation = (raw: unknown): Parsed<CrlReservation> =>
  parseWith<CrlReservation>(reservation, raw);
export const parseCrlTimes = (raw: unknown): Parsed<CrlTimes> => parseWith<CrlTimes>(times, raw);
export const parseCrlVerification = (raw: unknown): Parsed<CrlVerification> =>
  parseWith<CrlVerification>(verification, raw);
export const parseCrlSeal = (raw: unknown): Parsed<CrlSeal> => parseWith<CrlSeal>(seal, raw);
export const parseRevocation = (raw: unknown): Parsed<Revocation> => parseWith<Revocation>(revocation, raw);
export const parseIssueCrl = (raw: unknown): Parsed<IssueCrlInput> => parseWith<IssueCrlInput>(issueCrl, raw);
export const parseRevoke = (raw: unknown): Parsed<RevokeInput> => parseWith<RevokeInput>(revoke, raw);

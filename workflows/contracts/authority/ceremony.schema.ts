// SPDX-License-Identifier: Apache-2.0
// The schemas of a ceremony's records in JSON. What was written by another hand is refused by its path.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { authorityParts } from './authority-spec.schema.ts';
import type { SignedApproval } from './approval.ts';
import type { Attestation, Ceremony, ImportRecord, KeyRecord, Seal, Verification } from './ceremony.ts';

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Not a SHA-256');
const base64 = z.base64().min(1);

const ceremony = z.strictObject({
  authority: authorityParts.name,
  generation: authorityParts.generation,
  root: authorityParts.root,
  intermediate: authorityParts.intermediate,
  profile: authorityParts.profile,
  approvals: authorityParts.approvals,
  approvers: authorityParts.approvers,
  serialNumber: z.string().regex(/^[0-9a-f]{32}$/, 'Not a serial number of 16 octets'),
  crlNumber: z.int().min(1).optional(),
  reservedAt: moment,
  requestedBy: z.string().min(1),
});

const key = z.strictObject({
  tokenSerial: authorityParts.tokenSerial,
  id: z.string(),
  label: z.string(),
  publicKey: base64,
  isLocal: z.boolean(),
  isSensitive: z.boolean(),
  wasAlwaysSensitive: z.boolean(),
  wasNeverExtractable: z.boolean(),
});

const attestation = z.discriminatedUnion('made', [
  z.strictObject({ made: z.literal(true), certificates: z.array(base64).min(1) }),
  z.strictObject({ made: z.literal(false), why: z.string().min(1) }),
]);

const judgement = z.enum(['accepted', 'refused']);

const verdicts = z
  .array(
    z.strictObject({
      verifier: z.string().min(1),
      subject: z.string().min(1),
      expected: judgement,
      actual: judgement,
      detail: z.string(),
    }),
  )
  .min(1);

const verification = z.strictObject({
  chainDigest: sha256,
  verdicts,
  ends: z.strictObject({ root: moment, certificate: moment, crl: moment }),
});

const imported = z.strictObject({
  tokenSerial: authorityParts.tokenSerial,
  id: z.string(),
  fingerprint: sha256,
});

const approval = z.strictObject({
  approver: z.string().min(1),
  at: moment,
  signature: base64,
});

const sealedFiles = z.array(z.strictObject({ file: z.string(), sha256, link: sha256 })).min(1);

/** What the records of CRLs say in the same way. */
export const ceremonyParts = { moment, sha256, verdicts, sealedFiles };

const seal = z.strictObject({
  authority: authorityParts.name,
  generation: authorityParts.generation,
  files: sealedFiles,
  digest: sha256,
  sealedAt: moment,
});

export const parseCeremony = (raw: unknown): Parsed<Ceremony> => parseWith<Ceremony>(ceremony, raw);
export const parseKeyRecord = (raw: unknown): Parsed<KeyRecord> => parseWith<KeyRecord>(key, raw);
export const parseAttestation = (raw: unknown): Parsed<Attestation> =>
  parseWith<Attestation>(attestation, raw);
export const parseVerification = (raw: unknown): Parsed<Verification> =>
  parseWith<Verification>(verification, raw);
export const parseImportRecord = (raw: unknown): Parsed<ImportRecord> =>
  parseWith<ImportRecord>(imported, raw);
export const parseSignedApproval = (raw: unknown): Parsed<SignedApproval> =>
  parseWith<SignedApproval>(approval, raw);
export const parseSeal = (raw: unknown): Parsed<Seal> => parseWith<Seal>(seal, raw);

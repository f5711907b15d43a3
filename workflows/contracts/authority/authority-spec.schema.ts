// SPDX-License-Identifier: Apache-2.0
// The schema of an authority's spec and of the input that names it. Computes no fingerprint: the first step of a ceremony does.
import { z } from 'zod';
import { boxName, every } from '../box/spec/values.schema.ts';
import { debianMirrors } from '../box/spec/sources.schema.ts';
import { managementNetwork } from '../box/spec/networks.schema.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { daysOf, isPermitted, type AuthoritySpec, type IssueCaInput } from './authority-spec.ts';
import { serverBox } from './server.ts';

/** Part of ids, of a path and of a task queue. */
const name = () =>
  z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/,
      'A name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path',
    );

export const authorityName = name();
export const stationName = name();

/** PKCS #11 has 16 characters for it. */
const tokenSerial = z.string().regex(/^[A-Za-z0-9._-]{1,16}$/, 'Not the serial number of a token');
const keyId = z.string().regex(/^([0-9a-f]{2}){1,20}$/, 'Not a CKA_ID: an even number of digits 0-9 and a-f');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Not a SHA-256: 64 digits 0-9 and a-f');
const certificateSerial = z
  .string()
  .regex(/^([0-9a-f]{2}){1,20}$/, 'Not a serial number: an even number of digits 0-9 and a-f');
const moment = z.iso.datetime({ error: 'Not a time such as 2026-01-31T00:00:00Z' });
const generation = z.int().min(1).max(9999);

const pemCertificate = z
  .string()
  .regex(
    /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n?$/,
    'Not one certificate in PEM',
  );

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const dnsName = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^${label}(\\.${label})*$`),
    'Not a DNS name: lower case, without a dot at its ends and without a wildcard',
  );

const lifetime = (daysMin: number, daysMax: number) =>
  z.string().refine(
    (text) => {
      const days = daysOf(text);
      return days !== null && days >= daysMin && days <= daysMax;
    },
    `Not a length from ${daysMin}d to ${daysMax}d, such as ${daysMin * 2}d`,
  );

/** @source RFC 5280, upper bounds of appendix A */
const namePart = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]+$/u, 'A name holds no control character');

const subject = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Not a country: two capital letters')
    .optional(),
  organization: namePart.optional(),
  organizationalUnit: namePart.optional(),
  commonName: namePart,
});

const profile = z
  .strictObject({
    subject,
    generation,
    lifetime: lifetime(30, 7300),
    permitted: z.array(dnsName).min(1, 'An intermediate that may certify every name is not issued').max(100),
    excluded: z.array(dnsName).max(100).default([]),
    crlUrl: z
      .string()
      // Verifiers would need a certificate to check a certificate, so the scheme is http.
      .regex(/^http:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/[A-Za-z0-9._~/-]+$/, 'Not an http URL of a CRL'),
    // A root on a token in a safe signs once a year at most.
    crlLifetime: lifetime(365, 3650).default('400d'),
  })
  .superRefine(({ permitted, excluded }, { addIssue }) => {
    excluded.forEach((name, index) => {
      const isBelow = permitted.some((base) => name === base || name.endsWith(`.${base}`));
      if (!isBelow)
        addIssue({
          code: 'custom',
          path: ['excluded', index],
          message: 'Nothing permits this name, so it needs no exclusion',
        });
      if (permitted.includes(name))
        addIssue({
          code: 'custom',
          path: ['excluded', index],
          message: 'This name is permitted as well',
        });
    });
  });

const approver = z.strictObject({
  name: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'Not a user name'),
  key: z
    .string()
    .regex(
      /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]+=*$/,
      'Not a public key of ssh without its comment: ed25519, ecdsa or sk-ssh-ed25519',
    ),
});

const approvers = z
  .array(approver)
  .max(20)
  .default([])
  .superRefine((list, { addIssue }) => {
    list.forEach(({ name, key }, index) => {
      const before = list.slice(0, index);
      if (before.some((other) => other.name === name))
        addIssue({ code: 'custom', path: [index, 'name'], message: 'This person is listed before' });
      if (before.some((other) => other.key === key))
        addIssue({ code: 'custom', path: [index, 'key'], message: 'Another person is listed with this key' });
    });
  });

const root = z.strictObject({
  serial: tokenSerial,
  id: keyId,
  fingerprint: sha256,
  certificate: pemCertificate,
  crlNumber: z.int().min(0).default(0),
  revoked: z
    .array(z.strictObject({ serial: certificateSerial, revokedAt: moment }))
    .max(1000)
    .default([]),
});

const intermediate = z.strictObject({
  serial: tokenSerial,
  id: keyId,
  label: z.string().regex(/^[A-Za-z0-9 ._-]{1,64}$/, 'Not a label: letters, digits, space, . _ -'),
});

const absolutePath = z.string().regex(/^\/[^\0\n]+$/, 'Not an absolute path');

const server = z.strictObject({
  network: managementNetwork,
  names: z.array(dnsName).min(1).max(10),
  token: z.strictObject({ folder: absolutePath, pinFile: absolutePath }),
  leafDays: z.int().min(1).max(397).default(90),
  debian: debianMirrors.optional(),
});

const approvals = z.int().min(1).max(9).default(2);

/** What the records of a ceremony say again. */
export const authorityParts = {
  name: authorityName,
  tokenSerial,
  generation,
  root,
  intermediate,
  profile,
  approvals,
  approvers,
};

const authoritySpec = z
  .strictObject({
    apiVersion: z.literal('holdfast/v1'),
    kind: z.literal('Authority'),
    name: authorityName,
    root,
    intermediate,
    station: stationName,
    readers: z.union([z.literal(1), z.literal(2)], { error: 'One reader or two' }).default(1),
    approvals,
    approvers,
    profile,
    crlEvery: every.default('1d'),
    server: server.optional(),
    notify: notifyWays.optional(),
  })
  .refine(({ approvals, approvers: { length } }) => length === 0 || length >= approvals, {
    path: ['approvers'],
    message: 'Fewer people than have to approve',
  })
  .refine(({ root, intermediate }) => root.serial !== intermediate.serial, {
    path: ['intermediate', 'serial'],
    message: 'The root has the same token: its key would be in use every day',
  })
  .superRefine(({ name, server: box, profile: of }, { addIssue }) => {
    box?.names.forEach((each, index) => {
      // Clients reach step-ca by a name that its own certificate may be for.
      if (!isPermitted(each, of))
        addIssue({
          code: 'custom',
          path: ['server', 'names', index],
          message: 'The profile does not permit this name: no client would trust it',
        });
    });
    if (box !== undefined && !boxName.safeParse(serverBox(name)).success)
      addIssue({ code: 'custom', path: ['name'], message: 'Too long: its box has the name with -ca' });
  });

const issueCa = z.strictObject({
  name: authorityName,
  generation,
  specDigest: sha256,
  requestedBy: z.string().min(1).max(256),
  takeOver: z.boolean().default(false),
});

export const parseAuthoritySpec = (raw: unknown): Parsed<AuthoritySpec> =>
  parseWith<AuthoritySpec>(authoritySpec, raw);
export const parseIssueCa = (raw: unknown): Parsed<IssueCaInput> => parseWith<IssueCaInput>(issueCa, raw);

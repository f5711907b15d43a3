// SPDX-License-Identifier: Apache-2.0
// Extensions of an authority's certificate: what it may sign, for which names, and where its revocation list is. Pure.
import { createHash } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  CRLNumber,
  DistributionPoint,
  DistributionPointName,
  Extension,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_cRLNumber,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import type { CertificateProfile } from '../../../workflows/contracts/authority/authority-spec.ts';
import { keyBits } from './signed.ts';

/** RFC 5280 §4.2.1.2, method 1. */
export const keyIdentifierOf = (publicKey: Uint8Array): Buffer =>
  createHash('sha1').update(keyBits(publicKey)).digest();

/** `pathLength` null: no limit. */
export const basicConstraints = (pathLength: number | null): Extension =>
  extension(
    id_ce_basicConstraints,
    true,
    new BasicConstraints(pathLength === null ? { cA: true } : { cA: true, pathLenConstraint: pathLength }),
  );

export const signingUsage = (): Extension =>
  extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign));

export const subjectKey = (identifier: Uint8Array): Extension =>
  extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(exactly(identifier)));

export const authorityKey = (identifier: Uint8Array): Extension =>
  extension(
    id_ce_authorityKeyIdentifier,
    false,
    new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(exactly(identifier)) }),
  );

export const crlNumber = (number: number): Extension =>
  extension(id_ce_cRLNumber, false, new CRLNumber(number));

/**
 * DNS names alone leave addresses and URIs free: a verifier takes a leaf with an IP address for any, or with a SPIFFE id of
 * another domain. So all addresses are excluded, and URIs are held to hosts of the same names.
 * @source OpenSSL 3.0 and Go 1.19 accepted both under constraints of DNS names alone
 */
export function nameConstraints({ permitted, excluded }: CertificateProfile): Extension {
  const uris = (names: readonly string[]): GeneralName[] =>
    names.flatMap((name) => [
      new GeneralName({ uniformResourceIdentifier: name }),
      new GeneralName({ uniformResourceIdentifier: `.${name}` }),
    ]);
  const dns = (names: readonly string[]): GeneralName[] =>
    names.map((dNSName) => new GeneralName({ dNSName }));
  const addresses = ['0.0.0.0/0', '::/0'].map((iPAddress) => new GeneralName({ iPAddress }));
  return extension(
    id_ce_nameConstraints,
    true,
    new NameConstraints({
      permittedSubtrees: subtrees([...dns(permitted), ...uris(permitted)]),
      excludedSubtrees: subtrees([...dns(excluded), ...uris(excluded), ...addresses]),
    }),
  );
}

export const crlLocation = (url: string): Extension =>
  extension(
    id_ce_cRLDistributionPoints,
    false,
    new CRLDistributionPoints([
      new DistributionPoint({
        distributionPoint: new DistributionPointName({
          fullName: [new GeneralName({ uniformResourceIdentifier: url })],
        }),
      }),
    ]),
  );

const subtrees = (names: readonly GeneralName[]): GeneralSubtrees =>
  new GeneralSubtrees(names.map((base) => new GeneralSubtree({ base })));

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical, extnValue });
}

/** A copy whose buffer holds nothing else. */
const exactly = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

// SPDX-License-Identifier: Apache-2.0
// The pinned root: read from its PEM, held to its fingerprint, and judged whether it may sign. Asks no token.
import 'reflect-metadata';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from '@peculiar/x509';
import { Certificate } from '@peculiar/asn1-x509';
import type { RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { Failure } from '../failure.ts';
import { keyIdentifierOf } from './extensions.ts';
import { partsOf, sha256, signatureFault } from './signed.ts';
import type { Issuer, Period } from './to-be-signed.ts';

export interface Root extends Issuer {
  readonly der: Buffer;
  /** DER of a SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly period: Period;
}

/** @throws Failure PreconditionFailed for a certificate that is not the pinned one, or that may not sign an intermediate */
export function pinnedRoot({ certificate, fingerprint }: RootSpec): Root {
  const on = 'root.certificate';
  const root = read(certificate, on);
  const actual = sha256(root.der);
  const faults = [
    ...(actual === fingerprint ? [] : [`its fingerprint is ${actual}, and ${fingerprint} is pinned`]),
    ...rootFaults(root),
  ];
  if (faults.length === 0) return root;
  throw new Failure('PreconditionFailed', 'The root of the spec cannot be used', {
    on,
    cause: faults.join('; '),
    hint: 'Correct the spec, record it again with holdfast ca record FILE, then start again',
  });
}

function read(pem: string, on: string): Root {
  try {
    const der = Buffer.from(new X509Certificate(pem).rawData);
    const parsed = new X509Certificate(der);
    const publicKey = Buffer.from(parsed.publicKey.rawData);
    const named = parsed.getExtension(SubjectKeyIdentifierExtension)?.keyId;
    return {
      der,
      publicKey,
      name: subjectOf(der),
      keyIdentifier: named === undefined ? keyIdentifierOf(publicKey) : Buffer.from(named, 'hex'),
      period: { from: parsed.notBefore, until: parsed.notAfter },
    };
  } catch (cause) {
    throw new Failure('PreconditionFailed', 'The root of the spec is no certificate', { on, cause });
  }
}

function rootFaults({ der, publicKey }: Root): string[] {
  const certificate = new X509Certificate(der);
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  const mayNot = (flag: number): boolean => (usages & flag) === 0;
  const { asymmetricKeyDetails } = new NodeCertificate(der).publicKey;
  const curve = asymmetricKeyDetails?.namedCurve;
  return [
    ...(constraints?.ca === true ? [] : ['it is not a certificate authority']),
    ...(constraints?.pathLength === 0 ? ['its path length of 0 permits no intermediate'] : []),
    ...(mayNot(KeyUsageFlags.keyCertSign) ? ['it may not sign certificates'] : []),
    ...(mayNot(KeyUsageFlags.cRLSign) ? ['it may not sign CRLs'] : []),
    ...(curve === 'secp384r1' ? [] : [`its key is on ${curve ?? 'no curve'}, not on P-384`]),
    ...(signatureFault('certificate', der, partsOf('certificate', der).toBeSigned, publicKey) === null
      ? []
      : ['it is not signed by itself']),
  ];
}

/** DER of the name of a certificate's subject. */
export function subjectOf(der: Uint8Array): Buffer {
  const { subject } = AsnConvert.parse(Buffer.from(der), Certificate).tbsCertificate;
  return Buffer.from(AsnConvert.serialize(subject));
}

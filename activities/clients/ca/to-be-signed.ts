// SPDX-License-Identifier: Apache-2.0
// The bytes that are to be signed: of a root, an intermediate, a request and a CRL. Pure: serial numbers and times are given.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import { ecdsaWithSHA384 } from '@peculiar/asn1-ecc';
import {
  Extensions,
  Name,
  RevokedCertificate as RevokedEntry,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { Attributes, CertificationRequestInfo } from '@peculiar/asn1-csr';
import type {
  CertificateProfile,
  RevokedCertificate,
  SubjectName,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  authorityKey,
  basicConstraints,
  crlLocation,
  crlNumber,
  keyIdentifierOf,
  nameConstraints,
  signingUsage,
  subjectKey,
} from './extensions.ts';
import { nameOf } from './names.ts';

export interface Issuer {
  /** DER of its name. */
  readonly name: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** A certificate may sign leaves and no authority. */
export function intermediateToBeSigned(
  profile: CertificateProfile,
  serialNumber: string,
  publicKey: Uint8Array,
  issuer: Issuer,
  period: Period,
): Buffer {
  return certificate({
    serialNumber,
    issuer: AsnConvert.parse(Buffer.from(issuer.name), Name),
    subject: nameOf(profile.subject),
    publicKey,
    period,
    extensions: [
      basicConstraints(0),
      signingUsage(),
      nameConstraints(profile),
      subjectKey(keyIdentifierOf(publicKey)),
      authorityKey(issuer.keyIdentifier),
      crlLocation(profile.crlUrl),
    ],
  });
}

/** Signs itself. It may sign intermediates, which may sign no authority. */
export function rootToBeSigned(
  subject: SubjectName,
  serialNumber: string,
  publicKey: Uint8Array,
  period: Period,
): Buffer {
  return certificate({
    serialNumber,
    issuer: nameOf(subject),
    subject: nameOf(subject),
    publicKey,
    period,
    extensions: [basicConstraints(1), signingUsage(), subjectKey(keyIdentifierOf(publicKey))],
  });
}

export function requestToBeSigned(subject: SubjectName, publicKey: Uint8Array): Buffer {
  const info = new CertificationRequestInfo({
    subject: nameOf(subject),
    subjectPKInfo: keyInfo(publicKey),
    attributes: new Attributes([]),
  });
  return Buffer.from(AsnConvert.serialize(info));
}

export function crlToBeSigned(
  issuer: Issuer,
  number: number,
  revoked: readonly RevokedCertificate[],
  period: Period,
): Buffer {
  const list = new TBSCertList({
    version: Version.v2,
    signature: ecdsaWithSHA384,
    issuer: AsnConvert.parse(Buffer.from(issuer.name), Name),
    thisUpdate: new Time(period.from),
    nextUpdate: new Time(period.until),
    crlExtensions: [authorityKey(issuer.keyIdentifier), crlNumber(number)],
  });
  if (revoked.length > 0) {
    list.revokedCertificates = revoked.map(
      ({ serial, revokedAt }) =>
        new RevokedEntry({
          userCertificate: serialOctets(serial),
          revocationDate: new Time(new Date(revokedAt)),
        }),
    );
  }
  return Buffer.from(AsnConvert.serialize(list));
}

interface CertificateParts {
  readonly serialNumber: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly publicKey: Uint8Array;
  readonly period: Period;
  readonly extensions: readonly Parameters<Extensions['push']>[0][];
}

function certificate(parts: CertificateParts): Buffer {
  const toBeSigned = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialOctets(parts.serialNumber),
    signature: ecdsaWithSHA384,
    issuer: parts.issuer,
    validity: new Validity({ notBefore: parts.period.from, notAfter: parts.period.until }),
    subject: parts.subject,
    subjectPublicKeyInfo: keyInfo(parts.publicKey),
    extensions: new Extensions([...parts.extensions]),
  });
  return Buffer.from(AsnConvert.serialize(toBeSigned));
}

const keyInfo = (publicKey: Uint8Array): SubjectPublicKeyInfo =>
  AsnConvert.parse(Buffer.from(publicKey), SubjectPublicKeyInfo);

/** A serial number is positive: a first octet above 7f gets a zero before it. */
function serialOctets(hex: string): ArrayBuffer {
  const octets = Buffer.from(hex, 'hex');
  const positive = (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets;
  return new Uint8Array(positive).buffer;
}

// SPDX-License-Identifier: Apache-2.0
// Signed structures of X.509: bytes to be signed and a signature become one, and are verified. Signs nothing itself.
import 'reflect-metadata';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { ecdsaWithSHA384, ECDSASigValue } from '@peculiar/asn1-ecc';
import { Certificate, CertificateList, SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { Failure } from '../failure.ts';

/** Of P-384: octets of r and of s. */
const numberLength = 48;

/** What a token signs: ECDSA takes a digest that was made outside. Hexadecimal digits. */
export const sha384 = (bytes: Uint8Array): string => createHash('sha384').update(bytes).digest('hex');

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

const publicKeyOf = (subjectPublicKeyInfo: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' });

/** Of a signature as a token gives it, r and s side by side. False also for what is none. */
export function verifies(toBeSigned: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  if (signature.length !== 2 * numberLength) return false;
  return verify('sha384', toBeSigned, { key: publicKeyOf(key), dsaEncoding: 'ieee-p1363' }, signature);
}

/** Certificates, requests and CRLs alike are the signed bytes, the algorithm and the signature in one sequence. */
export function signedBytes(toBeSigned: Uint8Array, signature: Uint8Array): Buffer {
  const value = Buffer.from(
    AsnConvert.serialize(
      new ECDSASigValue({
        r: unsigned(signature.subarray(0, numberLength)),
        s: unsigned(signature.subarray(numberLength)),
      }),
    ),
  );
  return sequence([
    Buffer.from(toBeSigned),
    Buffer.from(AsnConvert.serialize(ecdsaWithSHA384)),
    element(0x03, Buffer.concat([Buffer.of(0), value])),
  ]);
}

export type SignedKind = 'certificate' | 'request' | 'crl';

interface Parts {
  readonly toBeSigned: Buffer;
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** The parts of a signed structure. @throws Error for bytes that are none of this kind */
export function partsOf(kind: SignedKind, der: Uint8Array): Parts {
  const bytes = Buffer.from(der);
  const [raw, { algorithm }, signature] = readers[kind](bytes);
  if (raw === undefined) throw new Error(`The ${kind} holds no bytes that were signed`);
  return { toBeSigned: Buffer.from(raw), algorithm, signature: Buffer.from(signature) };
}

type Read = readonly [ArrayBuffer | undefined, { readonly algorithm: string }, ArrayBuffer];

const readers: Readonly<Record<SignedKind, (der: Buffer) => Read>> = {
  certificate: (der) => {
    const { tbsCertificateRaw, signatureAlgorithm, signatureValue } = AsnConvert.parse(der, Certificate);
    return [tbsCertificateRaw, signatureAlgorithm, signatureValue];
  },
  request: (der) => {
    const parsed = AsnConvert.parse(der, CertificationRequest);
    return [parsed.certificationRequestInfoRaw, parsed.signatureAlgorithm, parsed.signature];
  },
  crl: (der) => {
    const { tbsCertListRaw, signatureAlgorithm, signature } = AsnConvert.parse(der, CertificateList);
    return [tbsCertListRaw, signatureAlgorithm, signature];
  },
};

/** Why a structure was not signed over these bytes by this key; null when it was. */
export function signatureFault(
  kind: SignedKind,
  der: Uint8Array,
  toBeSigned: Uint8Array,
  key: Uint8Array,
): string | null {
  let parts: Parts;
  try {
    parts = partsOf(kind, der);
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!parts.toBeSigned.equals(toBeSigned)) return 'over other bytes';
  if (parts.algorithm !== ecdsaWithSHA384.algorithm) return `by the algorithm ${parts.algorithm}`;
  return verify('sha384', toBeSigned, { key: publicKeyOf(key), dsaEncoding: 'der' }, parts.signature)
    ? null
    : 'by another key';
}

/** The public key of a request that verifies by it. @throws Failure VerifyFailed for any other request */
export function requestedKey(der: Uint8Array, on: string): Buffer {
  try {
    const { certificationRequestInfo } = AsnConvert.parse(Buffer.from(der), CertificationRequest);
    const key = Buffer.from(AsnConvert.serialize(certificationRequestInfo.subjectPKInfo));
    const fault = signatureFault('request', der, partsOf('request', der).toBeSigned, key);
    if (fault === null) return key;
    throw new Error(`it is signed ${fault}`);
  } catch (cause) {
    throw new Failure('VerifyFailed', 'The certificate request does not verify', { on, cause });
  }
}

/** The BIT STRING of a public key, of which key identifiers are made. */
export function keyBits(subjectPublicKeyInfo: Uint8Array): Buffer {
  return Buffer.from(
    AsnConvert.parse(Buffer.from(subjectPublicKeyInfo), SubjectPublicKeyInfo).subjectPublicKey,
  );
}

/** DER of an unsigned number: no leading zeros, but for one where the first bit is set. */
function unsigned(bytes: Uint8Array): ArrayBuffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = Buffer.from(first < 0 ? [0] : bytes.subarray(first));
  const padded = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
  return new Uint8Array(padded).buffer;
}

const sequence = (parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));

/** DER of a tag and its content. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, content]);
}

// SPDX-License-Identifier: Apache-2.0
// X.509 by @peculiar/x509: makes keys, signs certificates, tells what is wrong with one. Stores nothing.
import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CertificateArgs } from '../../../workflows/contracts/box/certificate.ts';

export interface KeyedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS #8 PEM. */
  readonly key: string;
}

/** P-256 with SHA-256: understood by every TLS library in the box. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMilliseconds = 86_400_000;
/** A certificate is valid from five minutes ago, for clocks that lag a little. */
const backdateMilliseconds = 300_000;

export async function createAuthority(commonName: string, lifetimeDays: number): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(lifetimeDays),
    serialNumber: serial(),
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(keys.privateKey) };
}

export async function issue(
  authority: KeyedCertificate,
  wanted: CertificateArgs,
  lifetimeDays: number,
): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    ...validity(lifetimeDays),
    serialNumber: serial(),
    subject: [{ CN: [wanted.commonName] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usageOf(wanted)]),
      ...(alternativeNames(wanted).length > 0
        ? [new SubjectAlternativeNameExtension(alternativeNames(wanted))]
        : []),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Strict verifiers, such as Python's since 3.13, refuse a certificate without it.
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(keys.privateKey) };
}

/** What is wrong with a certificate authority's own pair; nothing when it may sign. */
export function authorityDifferences(pair: KeyedCertificate, now: Date): Difference[] {
  const certificate = parse(pair.certificate);
  if (certificate === null)
    return [{ what: 'certificate authority', have: 'unreadable', want: 'a certificate' }];
  return [
    ...lifeDifferences('certificate authority', certificate, now),
    ...keyDifferences('certificate authority', certificate, pair.key),
  ];
}

/** What is wrong with an issued certificate: issuer, names, key, or past 2/3 of its life. */
export async function certificateDifferences(
  authority: string,
  wanted: CertificateArgs,
  pair: KeyedCertificate,
  now: Date,
): Promise<Difference[]> {
  const what = `certificate ${wanted.id}`;
  const certificate = parse(pair.certificate);
  if (certificate === null) return [{ what, have: 'unreadable', want: 'a certificate' }];
  const issuer = new X509Certificate(authority);
  const signed = await certificate.verify({ publicKey: issuer, signatureOnly: true }).catch(() => false);
  if (!signed)
    return [
      { what, have: `signed by ${certificate.issuer} with another key`, want: `signed by ${issuer.subject}` },
    ];
  const differences = [
    ...lifeDifferences(what, certificate, now),
    ...keyDifferences(what, certificate, pair.key),
  ];
  const names =
    certificate.getExtension(SubjectAlternativeNameExtension)?.names.items.map((item) => item.value) ?? [];
  const wantedNames = alternativeNames(wanted).map((name) => name.value);
  if (String(names) !== String(wantedNames))
    differences.push({ what: `${what} names`, have: String(names), want: String(wantedNames) });
  const usages = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
  const usage = usageOf(wanted);
  if (!usages.includes(usage)) differences.push({ what: `${what} usage`, have: String(usages), want: usage });
  const commonName = certificate.subjectName.getField('CN')[0] ?? '';
  if (commonName !== wanted.commonName)
    differences.push({ what: `${what} subject`, have: commonName, want: wanted.commonName });
  return differences;
}

/** Before its begin, and from two thirds of its life on. */
export function lifeDifferences(
  what: string,
  { notBefore, notAfter }: Pick<X509Certificate, 'notBefore' | 'notAfter'>,
  now: Date,
): Difference[] {
  if (now < notBefore)
    return [{ what: `${what} lifetime`, have: `begins ${notBefore.toISOString()}`, want: 'valid now' }];
  const renewAt = notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3;
  if (now.getTime() < renewAt) return [];
  const renewal = new Date(renewAt).toISOString();
  return [
    {
      what: `${what} lifetime`,
      have: `ends ${notAfter.toISOString()}`,
      want: `renewed by ${renewal}, at 2/3 of its life`,
    },
  ];
}

function keyDifferences(what: string, certificate: X509Certificate, key: string): Difference[] {
  let publicKey: string;
  try {
    const { x, y } = createPrivateKey(key).export({ format: 'jwk' });
    publicKey = `${x ?? ''}.${y ?? ''}`;
  } catch {
    return [{ what: `${what} key`, have: 'unreadable', want: 'a private key' }];
  }
  // An uncompressed point at the end of the key's encoding: 32 bytes of x, 32 of y.
  const raw = Buffer.from(certificate.publicKey.rawData).subarray(-64);
  const point = `${raw.subarray(0, 32).toString('base64url')}.${raw.subarray(32).toString('base64url')}`;
  return point === publicKey
    ? []
    : [{ what: `${what} key`, have: 'of another certificate', want: 'its own' }];
}

function usageOf({ usage }: CertificateArgs): ExtendedKeyUsage {
  return usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function alternativeNames({ addresses, names }: CertificateArgs): { type: GeneralNameType; value: string }[] {
  return [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
}

function validity(lifetimeDays: number): { notBefore: Date; notAfter: Date } {
  const from = Date.now() - backdateMilliseconds;
  return { notBefore: new Date(from), notAfter: new Date(from + lifetimeDays * dayMilliseconds) };
}

/** 127 random bits with the top bit clear, as RFC 5280 §4.1.2.2 wants them positive and at most 20 octets. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

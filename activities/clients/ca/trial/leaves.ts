// SPDX-License-Identifier: Apache-2.0
// The leaves by which an intermediate is tried: those it has to be able to certify, and those no verifier may accept.
import type { KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { ecdsaWithSHA384 } from '@peculiar/asn1-ecc';
import {
  BasicConstraints,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type {
  CertificateProfile,
  RevokedCertificate,
} from '../../../../workflows/contracts/authority/authority-spec.ts';
import type { Verdict } from '../../../../workflows/contracts/authority/ceremony.ts';
import { authorityKey, basicConstraints, keyIdentifierOf, signingUsage, subjectKey } from '../extensions.ts';
import { nameOf } from '../names.ts';
import { crlToBeSigned, type Issuer, type Period } from '../to-be-signed.ts';
import type { Chain } from './openssl-verifier.ts';
import { newKeys, signWith, type Keys, type Twin } from './twin.ts';

export interface Leaf {
  /** What it is, for people. */
  readonly subject: string;
  readonly expected: Verdict['expected'];
  readonly chain: Chain;
  readonly key: KeyObject;
  /** What a client of its server asks for. */
  readonly host: string;
}

type NameOf = Partial<Pick<GeneralName, 'dNSName' | 'iPAddress' | 'uniformResourceIdentifier'>>;

interface LeafRequest {
  readonly names: readonly NameOf[];
  readonly commonName?: string;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  readonly serialNumber?: string;
}

const dayMilliseconds = 86_400_000;
/** Reserved for examples by RFC 2606: no profile names it. */
const foreign = 'holdfast.invalid';

export async function leavesOf(twin: Twin, profile: CertificateProfile): Promise<Leaf[]> {
  const [base = ''] = profile.permitted;
  const good = (subject: string, names: readonly NameOf[], host: string): Leaf =>
    leafBelow(twin, `${subject} ${host}`, 'accepted', { names }, host);
  const bad = (subject: string, request: LeafRequest, host = `www.${base}`): Leaf =>
    leafBelow(twin, subject, 'refused', request, host);
  const inside: NameOf = { dNSName: `www.${base}` };
  return [
    ...profile.permitted.flatMap((name) => [
      good('the name', [{ dNSName: name }], name),
      good('a name below', [{ dNSName: `www.${name}` }], `www.${name}`),
    ]),
    bad('another domain', { names: [{ dNSName: foreign }] }, foreign),
    bad('a permitted name and another domain', { names: [inside, { dNSName: foreign }] }),
    bad('a domain that ends alike', { names: [{ dNSName: `x${base}` }] }, `x${base}`),
    bad('a wildcard of another domain', { names: [{ dNSName: `*.${foreign}` }] }, `www.${foreign}`),
    bad('an IPv4 address', { names: [inside, { iPAddress: '192.0.2.1' }] }),
    bad('an IPv6 address', { names: [inside, { iPAddress: '2001:db8::1' }] }),
    bad('a SPIFFE id of another domain', {
      names: [inside, { uniformResourceIdentifier: `spiffe://${foreign}/x` }],
    }),
    bad('a URI of another domain', {
      names: [inside, { uniformResourceIdentifier: `https://${foreign}/x` }],
    }),
    bad('another domain as its common name alone', { names: [], commonName: foreign }, foreign),
    bad('an expired leaf', { names: [inside], from: -30, until: -1 }),
    bad('a leaf that is not valid yet', { names: [inside], from: 1, until: 30 }),
    ...profile.excluded.map((name) => bad(`the excluded name ${name}`, { names: [{ dNSName: name }] }, name)),
    belowAnotherAuthority(twin, base),
    revoked(twin, base),
    notRevoked(twin, base),
  ];
}

function leafBelow(
  twin: Twin,
  subject: string,
  expected: Verdict['expected'],
  request: LeafRequest,
  host: string,
): Leaf {
  const keys = newKeys();
  const leaf = twin.intermediate.sign(leafToBeSigned(twin.intermediate, keys, request));
  const chain = { root: twin.root.der, intermediates: [twin.intermediate.der], crls: [], leaf };
  return { subject, expected, chain, key: keys.privateKey, host };
}

/** The path length of 0 forbids it, whatever the authority below says of itself. */
function belowAnotherAuthority(twin: Twin, base: string): Leaf {
  const [between, keys] = [newKeys(), newKeys()];
  const authority: Issuer = {
    name: Buffer.from(AsnConvert.serialize(nameOf({ commonName: 'Below' }))),
    keyIdentifier: keyIdentifierOf(between.publicKey),
  };
  const certificate = twin.intermediate.sign(
    toBeSigned(twin.intermediate, nameOf({ commonName: 'Below' }), between, period(-1, 30), [
      basicConstraints(null),
      signingUsage(),
      subjectKey(authority.keyIdentifier),
      authorityKey(twin.intermediate.keyIdentifier),
    ]),
  );
  const host = `www.${base}`;
  const leaf = signWith(between, leafToBeSigned(authority, keys, { names: [{ dNSName: host }] }));
  return {
    subject: 'a leaf of an authority below the intermediate',
    expected: 'refused',
    chain: { root: twin.root.der, intermediates: [certificate, twin.intermediate.der], crls: [], leaf },
    key: keys.privateKey,
    host,
  };
}

const revokedSerial = '4a01';

const revoked = (twin: Twin, base: string): Leaf =>
  withCrls(twin, base, 'a revoked leaf, with CRLs checked', 'refused', revokedSerial);

const notRevoked = (twin: Twin, base: string): Leaf =>
  withCrls(twin, base, 'a leaf that is not revoked, with CRLs checked', 'accepted', '4a02');

/** A leaf with the CRL of each authority above it, as the root's says. */
export function crlLeaf(
  twin: Twin,
  host: string,
  { number, revoked }: { readonly number: number; readonly revoked: readonly RevokedCertificate[] },
): Chain {
  const { chain } = leafBelow(twin, '', 'accepted', { names: [{ dNSName: host }] }, host);
  const crls = [
    twin.root.sign(crlToBeSigned(twin.root, number, revoked, period(-1, 30))),
    twin.intermediate.sign(crlToBeSigned(twin.intermediate, 1, [], period(-1, 30))),
  ];
  return { ...chain, crls };
}

function withCrls(
  twin: Twin,
  base: string,
  subject: string,
  expected: Verdict['expected'],
  serialNumber: string,
): Leaf {
  const host = `www.${base}`;
  const request: LeafRequest = { names: [{ dNSName: host }], serialNumber };
  const { chain, ...leaf } = leafBelow(twin, subject, expected, request, host);
  const revokedAt = period(-1, 30).from.toISOString();
  const crls = [
    twin.root.sign(crlToBeSigned(twin.root, 1, [], period(-1, 30))),
    twin.intermediate.sign(
      crlToBeSigned(twin.intermediate, 1, [{ serial: revokedSerial, revokedAt }], period(-1, 30)),
    ),
  ];
  return { ...leaf, chain: { ...chain, crls } };
}

function leafToBeSigned(issuer: Issuer, keys: Keys, request: LeafRequest): Buffer {
  const { names, commonName = 'Leaf', from = -1, until = 30, serialNumber } = request;
  const extensions = [
    extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
    subjectKey(keyIdentifierOf(keys.publicKey)),
    authorityKey(issuer.keyIdentifier),
  ];
  if (names.length > 0) {
    const list = new SubjectAlternativeName(names.map((name) => new GeneralName(name)));
    extensions.push(extension(id_ce_subjectAltName, false, list));
  }
  return toBeSigned(issuer, nameOf({ commonName }), keys, period(from, until), extensions, serialNumber);
}

function toBeSigned(
  issuer: Issuer,
  subject: Name,
  { publicKey }: Keys,
  { from, until }: Period,
  extensions: readonly Extension[],
  serialNumber = '4a10',
): Buffer {
  const certificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(Buffer.from(serialNumber, 'hex')).buffer,
    signature: ecdsaWithSHA384,
    issuer: AsnConvert.parse(Buffer.from(issuer.name), Name),
    validity: new Validity({ notBefore: from, notAfter: until }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions]),
  });
  return Buffer.from(AsnConvert.serialize(certificate));
}

function period(fromDays: number, untilDays: number): Period {
  const now = Date.now();
  return {
    from: new Date(now + fromDays * dayMilliseconds),
    until: new Date(now + untilDays * dayMilliseconds),
  };
}

const extension = (extnID: string, critical: boolean, value: unknown): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

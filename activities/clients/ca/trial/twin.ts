// SPDX-License-Identifier: Apache-2.0
// A chain with the names and extensions of another one, under keys of this process: what may be signed by it can be tried.
import 'reflect-metadata';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  Certificate,
  id_ce_authorityKeyIdentifier,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { keyIdentifierOf } from '../extensions.ts';
import { signedBytes } from '../signed.ts';
import type { Issuer } from '../to-be-signed.ts';

/** Signs in this process; its key ends with it. */
interface TwinAuthority extends Issuer {
  readonly der: Buffer;
  sign(toBeSigned: Uint8Array): Buffer;
}

export interface Twin {
  readonly root: TwinAuthority;
  readonly intermediate: TwinAuthority;
}

export async function twinOf(root: Buffer, intermediate: Buffer): Promise<Twin> {
  const twinRoot = twin(root, null);
  return { root: twinRoot, intermediate: twin(intermediate, twinRoot) };
}

export interface Keys {
  readonly privateKey: KeyObject;
  /** DER of a SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
}

export function newKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
}

export const signWith = ({ privateKey }: Keys, toBeSigned: Uint8Array): Buffer =>
  signedBytes(toBeSigned, sign('sha384', toBeSigned, { key: privateKey, dsaEncoding: 'ieee-p1363' }));

/** Everything but the keys and what names them is left as it is. `issuer` null: it signs itself. */
function twin(der: Buffer, issuer: TwinAuthority | null): TwinAuthority {
  const keys = newKeys();
  const identifier = keyIdentifierOf(keys.publicKey);
  const { tbsCertificate } = AsnConvert.parse(der, Certificate);
  tbsCertificate.subjectPublicKeyInfo = AsnConvert.parse(keys.publicKey, SubjectPublicKeyInfo);
  const replaced: Readonly<Record<string, unknown>> = {
    [id_ce_subjectKeyIdentifier]: new SubjectKeyIdentifier(exactly(identifier)),
    [id_ce_authorityKeyIdentifier]: new AuthorityKeyIdentifier({
      keyIdentifier: new KeyIdentifier(exactly(issuer?.keyIdentifier ?? identifier)),
    }),
  };
  for (const extension of tbsCertificate.extensions ?? []) {
    const value = replaced[extension.extnID];
    if (value !== undefined) extension.extnValue = new OctetString(AsnConvert.serialize(value));
  }
  const toBeSigned = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const own = (bytes: Uint8Array): Buffer => signWith(keys, bytes);
  return {
    der: (issuer?.sign ?? own)(toBeSigned),
    name: Buffer.from(AsnConvert.serialize(tbsCertificate.subject)),
    keyIdentifier: identifier,
    sign: own,
  };
}

const exactly = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

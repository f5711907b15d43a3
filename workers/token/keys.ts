// SPDX-License-Identifier: Apache-2.0
// Keys of a token: read, made on it, used. A private key never leaves it.
import type { TokenKey } from '../../activities/clients/token/messages.ts';
import { Refused, type Session } from './module.ts';
import { hexOf, isSet, objectsLike, octetsOf, textOf } from './objects.ts';

/** DER of the OID 1.3.132.0.34. */
const secp384r1 = Buffer.from('06052b81040022', 'hex');
/** What precedes the point in the SubjectPublicKeyInfo of a key on P-384. */
const publicKeyHead = Buffer.from('3076301006072a8648ce3d020106052b81040022036200', 'hex');
/** Uncompressed, of P-384. */
const pointLength = 97;
/** Of SHA-384. */
const digestLength = 48;

export function keysOn(session: Session): TokenKey[] {
  const { CKA_CLASS, CKO_PRIVATE_KEY } = session.library;
  return objectsLike(session, [{ type: CKA_CLASS, value: CKO_PRIVATE_KEY }]).map((each) =>
    described(session, each),
  );
}

function described(session: Session, key: Buffer): TokenKey {
  const { library } = session;
  const id = hexOf(session, key, library.CKA_ID);
  return {
    id,
    label: textOf(session, key, library.CKA_LABEL),
    publicKey: publicKeyOf(session, id),
    isLocal: isSet(session, key, library.CKA_LOCAL),
    isSensitive: isSet(session, key, library.CKA_SENSITIVE),
    wasAlwaysSensitive: isSet(session, key, library.CKA_ALWAYS_SENSITIVE),
    // Fails closed: a token that does not say so is taken to give the key out.
    isExtractable: octetsOf(session, key, library.CKA_EXTRACTABLE)[0] !== 0,
    wasNeverExtractable: isSet(session, key, library.CKA_NEVER_EXTRACTABLE),
  };
}

/** Null unless the token has exactly one public key of this id, on P-384. */
function publicKeyOf(session: Session, id: string): string | null {
  const { library } = session;
  const found = objectsLike(session, [
    { type: library.CKA_CLASS, value: library.CKO_PUBLIC_KEY },
    { type: library.CKA_ID, value: Buffer.from(id, 'hex') },
  ]);
  const [key] = found;
  if (key === undefined || found.length > 1) return null;
  if (!octetsOf(session, key, library.CKA_EC_PARAMS).equals(secp384r1)) return null;
  // The point is in an OCTET STRING, whose head some modules leave out.
  const point = octetsOf(session, key, library.CKA_EC_POINT).subarray(-pointLength);
  if (point.length !== pointLength || point[0] !== 4) return null;
  return Buffer.concat([publicKeyHead, point]).toString('base64');
}

/** @throws Refused when a key of this id is there already */
export function generateKey(session: Session, id: string, label: string): TokenKey {
  const { library, token, handle } = session;
  if (keysOn(session).some((key) => key.id === id))
    throw new Refused('KEY_THERE', `The token has a key with the id ${id} already`);
  const named = [
    { type: library.CKA_TOKEN, value: true },
    { type: library.CKA_ID, value: Buffer.from(id, 'hex') },
    { type: library.CKA_LABEL, value: label },
  ];
  const { privateKey } = token.C_GenerateKeyPair(
    handle,
    { mechanism: library.CKM_EC_KEY_PAIR_GEN },
    [...named, { type: library.CKA_VERIFY, value: true }, { type: library.CKA_EC_PARAMS, value: secp384r1 }],
    [
      ...named,
      { type: library.CKA_PRIVATE, value: true },
      { type: library.CKA_SENSITIVE, value: true },
      { type: library.CKA_EXTRACTABLE, value: false },
      { type: library.CKA_SIGN, value: true },
    ],
  );
  return described(session, privateKey);
}

/** ECDSA over a digest that was made outside: base64 of r and s. @throws Refused unless exactly one private key has the id */
export function signWith(session: Session, id: string, digest: Buffer, pin: string): string {
  const { library, token, handle } = session;
  if (digest.length !== digestLength)
    throw new Refused('DIGEST_LENGTH', `A digest of ${digest.length} octets is not one of SHA-384`);
  const keys = objectsLike(session, [
    { type: library.CKA_CLASS, value: library.CKO_PRIVATE_KEY },
    { type: library.CKA_ID, value: Buffer.from(id, 'hex') },
  ]);
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    throw new Refused('KEY_COUNT', `The token has ${keys.length} private keys with the id ${id}`);
  token.C_SignInit(handle, { mechanism: library.CKM_ECDSA }, key);
  // Such a key wants the PIN at each use.
  if (isSet(session, key, library.CKA_ALWAYS_AUTHENTICATE))
    token.C_Login(handle, library.CKU_CONTEXT_SPECIFIC, pin);
  return token.C_Sign(handle, digest, Buffer.alloc(2 * digestLength)).toString('base64');
}

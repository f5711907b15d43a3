// SPDX-License-Identifier: Apache-2.0
// Which key a token was made by, told from its bytes alone. Asks no service.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { KeyRingName } from '../../../workflows/contracts/keys/key-ring.ts';

/** False also for a token of the other kind. */
export function isTokenOf(name: KeyRingName, token: string, secret: string): boolean {
  return name === 'jws' ? isSignedBy(token, secret) : isFernetOf(token, secret);
}

/** @source Fernet's specification: a version byte 0x80; the first half of the key makes the HMAC-SHA256, which is the last 32 bytes */
function isFernetOf(token: string, secret: string): boolean {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes[0] !== 0x80 || bytes.length < 73) return false;
  const signingKey = Buffer.from(secret, 'base64url').subarray(0, 16);
  const digest = createHmac('sha256', signingKey).update(bytes.subarray(0, -32)).digest();
  return timingSafeEqual(digest, bytes.subarray(-32));
}

/** @source RFC 7518 3.4: ES256 is ECDSA over P-256 with SHA-256, both numbers of the signature one after the other */
function isSignedBy(token: string, secret: string): boolean {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (signature === '' || rest.length > 0) return false;
  const key = { key: createPublicKey(secret), dsaEncoding: 'ieee-p1363' as const };
  const signed = Buffer.from(`${header}.${payload}`);
  return verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}

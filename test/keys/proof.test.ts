// SPDX-License-Identifier: Apache-2.0
// Which key a token was made by, told from tokens of the specification and of a signer of our own.
import { createPrivateKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isTokenOf } from '../../activities/keystone/keys/proof.ts';
import { newKey } from '../../activities/keystone/keys/records.ts';

/** @source the Fernet specification, generate.json: its secret and the token of the text `hello` */
const secret = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const token =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';

function signed(key: string): string {
  const parts = [{ alg: 'ES256', typ: 'JWT' }, { sub: 'a user' }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = sign('sha256', Buffer.from(parts.join('.')), {
    key: createPrivateKey(key),
    dsaEncoding: 'ieee-p1363',
  });
  return [...parts, signature.toString('base64url')].join('.');
}

describe('isTokenOf() of Fernet', () => {
  test('knows the key of a token, with and without the filling that Keystone cuts off', () => {
    expect(isTokenOf('fernet', token, secret)).toBe(true);
    expect(isTokenOf('fernet', token.replaceAll('=', ''), secret)).toBe(true);
  });

  test.each([
    ['of another key', token, newKey('fernet')],
    ['that was changed', `${token.slice(0, 40)}A${token.slice(41)}`, secret],
    ['that was cut', token.slice(0, 60), secret],
    ['that is signed', signed(newKey('jws')), secret],
    ['that is empty', '', secret],
  ])('refuses one %s', (_, text, key) => {
    expect(isTokenOf('fernet', text, key)).toBe(false);
  });
});

describe('isTokenOf() of JWS', () => {
  const key = newKey('jws');

  test('knows the key of a token', () => {
    expect(isTokenOf('jws', signed(key), key)).toBe(true);
  });

  test.each([
    ['of another key', signed(newKey('jws'))],
    ['that was changed', signed(key).replace('.', '.e')],
    ['without a signature', `${signed(key).split('.').slice(0, 2).join('.')}.`],
    ['that is encrypted', token],
    ['of four parts', `${signed(key)}.x`],
  ])('refuses one %s', (_, text) => {
    expect(isTokenOf('jws', text, key)).toBe(false);
  });
});

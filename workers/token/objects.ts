// SPDX-License-Identifier: Apache-2.0
// Objects of a token: found by template, read attribute by attribute. Changes none.
import type * as Pkcs11 from 'pkcs11js';
import type { Session } from './module.ts';

/** @source more than any token keeps of one kind: a YubiKey has 25 slots */
const objectsMax = 256;

export function objectsLike({ token, handle }: Session, template: Pkcs11.Template): Buffer[] {
  token.C_FindObjectsInit(handle, template);
  try {
    return token.C_FindObjects(handle, objectsMax);
  } finally {
    token.C_FindObjectsFinal(handle);
  }
}

/** Empty for an attribute that the object does not have. */
export function octetsOf({ token, handle }: Session, object: Buffer, type: number): Buffer {
  try {
    const [attribute] = token.C_GetAttributeValue(handle, object, [{ type }]);
    return Buffer.from(attribute?.value ?? []);
  } catch {
    return Buffer.alloc(0);
  }
}

/** False for an attribute that the object does not have: what a token does not say is not so. */
export function isSet(session: Session, object: Buffer, type: number): boolean {
  return octetsOf(session, object, type)[0] === 1;
}

export const textOf = (session: Session, object: Buffer, type: number): string =>
  octetsOf(session, object, type).toString('utf8');

export const hexOf = (session: Session, object: Buffer, type: number): string =>
  octetsOf(session, object, type).toString('hex');

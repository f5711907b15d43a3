// SPDX-License-Identifier: Apache-2.0
// Certificates of a token: read without a PIN, written with one.
import type { TokenCertificate } from '../../activities/clients/token/messages.ts';
import { Refused, type Session } from './module.ts';
import { hexOf, objectsLike, octetsOf, textOf } from './objects.ts';

export function certificatesOn(session: Session): TokenCertificate[] {
  const { library } = session;
  const found = objectsLike(session, [
    { type: library.CKA_CLASS, value: library.CKO_CERTIFICATE },
    { type: library.CKA_CERTIFICATE_TYPE, value: library.CKC_X_509 },
  ]);
  return found.map((each) => ({
    id: hexOf(session, each, library.CKA_ID),
    label: textOf(session, each, library.CKA_LABEL),
    certificate: octetsOf(session, each, library.CKA_VALUE).toString('base64'),
  }));
}

/** Idempotent: one that is there with the same id is left alone. @throws Refused when the id has another certificate */
export function importCertificate(
  session: Session,
  wanted: TokenCertificate & { readonly subject: string },
): null {
  const { library, token, handle } = session;
  const there = certificatesOn(session).filter(({ id }) => id === wanted.id);
  if (there.some(({ certificate }) => certificate === wanted.certificate)) return null;
  if (there.length > 0)
    throw new Refused('CERTIFICATE_THERE', `The token has another certificate with the id ${wanted.id}`);
  const der = Buffer.from(wanted.certificate, 'base64');
  token.C_CreateObject(handle, [
    { type: library.CKA_CLASS, value: library.CKO_CERTIFICATE },
    { type: library.CKA_CERTIFICATE_TYPE, value: library.CKC_X_509 },
    { type: library.CKA_TOKEN, value: true },
    { type: library.CKA_PRIVATE, value: false },
    { type: library.CKA_ID, value: Buffer.from(wanted.id, 'hex') },
    { type: library.CKA_LABEL, value: wanted.label },
    { type: library.CKA_SUBJECT, value: Buffer.from(wanted.subject, 'base64') },
    { type: library.CKA_VALUE, value: der },
  ]);
  return null;
}

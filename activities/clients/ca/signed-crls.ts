// SPDX-License-Identifier: Apache-2.0
// The CRLs that a root signed and the numbers that were reserved, from records whose signatures are judged anew. Reserves none.
import type { RevokedCertificate, RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { plainSerial } from '../../../workflows/contracts/authority/root-crl.ts';
import { Failure } from '../failure.ts';
import { CeremonyRecords, generationsOf } from './ceremony-records.ts';
import { CrlRecords, reservedNumbers } from './crl-records.ts';
import { readCrl, type ReadCrl } from './read-crl.ts';
import { pinnedRoot } from './root.ts';
import { partsOf, signatureFault } from './signed.ts';

export interface SignedCrl extends ReadCrl {
  readonly der: Buffer;
}

/** The CRL with the highest number that the root signed; null before the first. @throws Failure VerifyFailed for one that it did not */
export async function newestCrl(
  stateDirectory: string,
  authority: string,
  root: RootSpec,
): Promise<SignedCrl | null> {
  const found: SignedCrl[] = [];
  for (const number of await reservedNumbers(stateDirectory, authority)) {
    const records = new CrlRecords(stateDirectory, authority, number);
    const [reservation, der] = [await records.reservation(), await records.bytes('crl')];
    if (reservation?.root.fingerprint === root.fingerprint && der !== null)
      found.push(signedBy(root, der, records.path('crl')));
  }
  for (const generation of await generationsOf(stateDirectory, authority)) {
    const records = new CeremonyRecords(stateDirectory, { authority, generation });
    const [ceremony, der] = [await records.ceremony(), await records.bytes('crl')];
    if (ceremony?.root.fingerprint === root.fingerprint && der !== null)
      found.push(signedBy(root, der, records.path('crl')));
  }
  return found.reduce<SignedCrl | null>(
    (best, each) => (best === null || each.number > best.number ? each : best),
    null,
  );
}

function signedBy(root: RootSpec, der: Buffer, path: string): SignedCrl {
  const damaged = (cause: unknown): Failure =>
    new Failure('VerifyFailed', 'A recorded CRL is not what the root signed', {
      on: path,
      cause,
      hint: 'Restore the folder of the authority from a backup: holdfast restore FILE',
    });
  let toBeSigned: Buffer;
  try {
    ({ toBeSigned } = partsOf('crl', der));
  } catch (cause) {
    throw damaged(cause);
  }
  const fault = signatureFault('crl', der, toBeSigned, pinnedRoot(root).publicKey);
  if (fault !== null) throw damaged(`it is signed ${fault}`);
  return { ...readCrl(der), der };
}

/** True once a CRL that the root signed lists the certificate. */
export async function isListed(stateDirectory: string, authority: string, serial: string): Promise<boolean> {
  for (const number of (await reservedNumbers(stateDirectory, authority)).reverse()) {
    const records = new CrlRecords(stateDirectory, authority, number);
    const [reservation, der] = [await records.reservation(), await records.bytes('crl')];
    if (reservation === null || der === null) continue;
    if (lists(signedBy(reservation.root, der, records.path('crl')).revoked, serial)) return true;
  }
  return false;
}

/** The highest number that was ever reserved, whether it was signed or not. */
export async function highestNumber(
  stateDirectory: string,
  authority: string,
  root: RootSpec,
): Promise<number> {
  let highest = root.crlNumber;
  for (const generation of await generationsOf(stateDirectory, authority)) {
    const ceremony = await new CeremonyRecords(stateDirectory, { authority, generation }).ceremony();
    highest = Math.max(highest, ceremony?.crlNumber ?? 0);
  }
  return Math.max(highest, ...(await reservedNumbers(stateDirectory, authority)));
}

/** The records with the highest number. @throws Failure Unreachable before the first */
export async function topCrl(stateDirectory: string, authority: string): Promise<CrlRecords> {
  const number = (await reservedNumbers(stateDirectory, authority)).at(-1);
  if (number !== undefined) return new CrlRecords(stateDirectory, authority, number);
  throw new Failure('Unreachable', 'No number is reserved for a CRL yet', { on: `authority ${authority}` });
}

export const lists = (revoked: readonly RevokedCertificate[], serial: string): boolean =>
  revoked.some((each) => plainSerial(each.serial) === plainSerial(serial));

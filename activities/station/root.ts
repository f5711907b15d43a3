// SPDX-License-Identifier: Apache-2.0
// Makes a root on a token: key, certificate signed by itself, and that certificate on the token. Goes on where it was cut off.
import { join } from 'node:path';
import type { RootSpec, SubjectName } from '../../workflows/contracts/authority/authority-spec.ts';
import { newSerialNumber } from '../clients/ca/serial-number.ts';
import { periodFrom } from '../clients/ca/expected.ts';
import { pem } from '../clients/ca/pem.ts';
import { subjectOf } from '../clients/ca/root.ts';
import { sha256, signedBytes } from '../clients/ca/signed.ts';
import { rootToBeSigned } from '../clients/ca/to-be-signed.ts';
import { Failure } from '../clients/failure.ts';
import { writeOnce } from '../clients/state/written-once.ts';
import type { TokenKey } from '../clients/token/messages.ts';
import { StationJournal } from './journal.ts';
import { signOnce, type Station } from './station.ts';

export interface RootRequest {
  /** Of the token. */
  readonly serial: string;
  readonly id: string;
  readonly subject: SubjectName;
  readonly lifetime: string;
}

/** Idempotent: the same request gives the same root. @throws Failure */
export async function makeRoot(station: Station, request: RootRequest): Promise<RootSpec> {
  const { serial, id } = request;
  const folder = join(station.stateDirectory, 'stations', 'roots', `${serial}.${id}`);
  const journal = new StationJournal(folder);
  const publicKey = await rootKey(station, journal, request);
  const fresh = rootToBeSigned(
    request.subject,
    newSerialNumber(),
    publicKey,
    periodFrom(Date.now(), request.lifetime),
  );
  const toBeSigned = await writeOnce(join(folder, 'root.tbs.der'), fresh);
  const signature = await signOnce(station, journal, 'root', toBeSigned, { serial, id, publicKey });
  const der = signedBytes(toBeSigned, signature);
  await station.pins.ask({
    action: 'import',
    serial,
    id,
    label: request.subject.commonName,
    certificate: der.toString('base64'),
    subject: subjectOf(der).toString('base64'),
  });
  return {
    serial,
    id,
    fingerprint: sha256(der),
    certificate: pem('CERTIFICATE', der),
    crlNumber: 0,
    revoked: [],
  };
}

async function rootKey(station: Station, journal: StationJournal, request: RootRequest): Promise<Buffer> {
  const { serial, id, subject } = request;
  const label = subject.commonName;
  const there = (await station.pins.ask({ action: 'keys', serial })).filter((key) => key.id === id);
  let [key]: (TokenKey | undefined)[] = there;
  if (key !== undefined && !(await journal.meantKey()))
    throw new Failure('PreconditionFailed', `The token has a key with the id ${id} already`, {
      on: `token ${serial}`,
      hint: 'Nothing is overwritten: name another id',
    });
  if (key === undefined) {
    await journal.meanKey(`${serial} ${id} ${label}`);
    key = await station.pins.ask({ action: 'generate', serial, id, label });
  }
  if (key.publicKey !== null && key.isLocal && key.wasNeverExtractable && key.wasAlwaysSensitive)
    return Buffer.from(key.publicKey, 'base64');
  throw new Failure('PreconditionFailed', `The key ${id} cannot be the key of a root`, {
    on: `token ${serial}`,
    cause: 'it is not on P-384, was not made on the token, or was readable outside of it',
  });
}

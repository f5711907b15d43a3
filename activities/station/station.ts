// SPDX-License-Identifier: Apache-2.0
// What the activities of a station are given, and the one way in which they sign. Chooses nothing that is signed.
import { join } from 'node:path';
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { sha384, verifies } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import type { Tokens } from '../clients/token/tokens.ts';
import { StationJournal, type Signed } from './journal.ts';
import type { Pins } from './pins.ts';

/** Built once, in workers/station.ts. */
export interface Station {
  readonly name: string;
  /** Where the records of ceremonies lie. */
  readonly stateDirectory: string;
  readonly tokens: Tokens;
  readonly pins: Pins;
}

export const journalOf = (records: CeremonyRecords): StationJournal =>
  new StationJournal(join(records.folder, 'station'));

export const recordsOf = ({ stateDirectory }: Station, ref: CeremonyRef): CeremonyRecords =>
  new CeremonyRecords(stateDirectory, ref);

export interface SigningKey {
  /** Of the token. */
  readonly serial: string;
  readonly id: string;
  /** DER of a SubjectPublicKeyInfo: whose signature it has to be. */
  readonly publicKey: Uint8Array;
}

/** r and s of the one signature of this kind in the ceremony. It is released only if it verifies. */
export async function signOnce(
  station: Station,
  journal: StationJournal,
  kind: Signed,
  toBeSigned: Uint8Array,
  { serial, id, publicKey }: SigningKey,
): Promise<Buffer> {
  const check = (signature: Uint8Array): void => {
    if (!verifies(toBeSigned, signature, publicKey))
      throw new Failure('VerifyFailed', `The signature of the ${kind} does not verify by the expected key`, {
        on: `token ${serial}`,
        hint: 'Another key has this id on the token, or the journal of the station was changed: see which before anything else',
      });
  };
  const signature = await journal.signedOnce(kind, toBeSigned, async () => {
    const digest = sha384(toBeSigned);
    const made = Buffer.from(await station.pins.ask({ action: 'sign', serial, id, digest }), 'base64');
    // Before it is persisted: what does not verify must not take the place of what does.
    check(made);
    return made;
  });
  check(signature);
  return signature;
}

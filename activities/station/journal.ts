// SPDX-License-Identifier: Apache-2.0
// What a station did in one piece of work, on disk before it says so: the key it meant to make, the one signature of each kind.
import { join } from 'node:path';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { readBytes, writeOnce } from '../clients/state/written-once.ts';

export type Signed = 'request' | 'certificate' | 'crl' | 'root';

export class StationJournal {
  /** Of one ceremony, or of one root. */
  constructor(private readonly folder: string) {}

  /**
   * The only signature over the only bytes of its kind. ECDSA makes another one each time, so what was persisted first is
   * what everybody gets, also after a station died between the token and its answer.
   * @throws Failure Conflict when other bytes of this kind were to be signed before
   */
  async signedOnce(kind: Signed, toBeSigned: Uint8Array, sign: () => Promise<Uint8Array>): Promise<Buffer> {
    const digest = sha256(toBeSigned);
    const intent = join(this.folder, `${kind}.intent`);
    const intended = (await writeOnce(intent, `${digest}\n`)).toString('utf8').trim();
    if (intended !== digest)
      throw new Failure('Conflict', `Another ${kind} was to be signed here before`, {
        on: intent,
        cause: `it was for the bytes with the SHA-256 ${intended}, and these have ${digest}`,
        hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
      });
    const path = join(this.folder, `${kind}.signature`);
    return (await readBytes(path)) ?? writeOnce(path, await sign());
  }

  /** True when a key was about to be made while its place on the token was empty. */
  async meantKey(): Promise<boolean> {
    return (await readBytes(this.#keyIntent)) !== null;
  }

  async meanKey(what: string): Promise<void> {
    await writeOnce(this.#keyIntent, `${what}\n`);
  }

  get #keyIntent(): string {
    return join(this.folder, 'key.intent');
  }
}

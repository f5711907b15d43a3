// SPDX-License-Identifier: Apache-2.0
// Which sources of PINs were sent to which token, and how it answered. Holds no PIN and nothing made of one.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { Failure } from '../clients/failure.ts';
import { readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { syncFolder } from '../clients/state/written-once.ts';

/** `sent`: a station died before it heard the token's answer, which may have been no. */
export type PinState = 'sent' | 'accepted' | 'refused';

const states: readonly unknown[] = ['sent', 'accepted', 'refused'];

export class PinJournal {
  /** Of one station. */
  constructor(private readonly folder: string) {}

  /** Null when the source was never sent to the token. @throws Failure Rejected for a damaged record: nothing is sent then */
  async stateOf(serial: string, source: string): Promise<PinState | null> {
    const path = this.#path(serial, source);
    const text = await readText(path);
    if (text === null) return null;
    const state = (jsonOrNull(text) as { state?: unknown } | null)?.state;
    if (states.includes(state)) return state as PinState;
    throw new Failure('Rejected', 'A record of the PINs that were sent is damaged', {
      on: path,
      hint: `See what it says; then mv ${path} ${path}.damaged, which lets the source be sent once more`,
    });
  }

  /** On disk before it returns. */
  async note(serial: string, source: string, state: PinState): Promise<void> {
    const path = this.#path(serial, source);
    const record = { serial, source, state, at: new Date().toISOString() };
    await writeFileAtomically(path, `${JSON.stringify(record)}\n`, 0o600);
    await syncFolder(dirname(path));
  }

  /** Of a source that did not reach its token. */
  async forget(serial: string, source: string): Promise<void> {
    await rm(this.#path(serial, source), { force: true });
  }

  #path(serial: string, source: string): string {
    const name = createHash('sha256').update(source).digest('hex').slice(0, 16);
    return join(this.folder, serial, `${name}.json`);
  }
}

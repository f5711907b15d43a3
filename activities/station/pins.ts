// SPDX-License-Identifier: Apache-2.0
// The PINs of a station's tokens: asked for, tried once, kept in memory. A token counts wrong ones, so none is sent twice.
import { lstat, readFile } from 'node:fs/promises';
import { Failure } from '../clients/failure.ts';
import type { TokenAction, TokenAnswers, TokenInfo } from '../clients/token/messages.ts';
import { PinRefused, TokenAbsent, type Tokens } from '../clients/token/tokens.ts';
import type { PinJournal } from './pin-journal.ts';

/** Asks the person at the station, without showing what is typed; null when nothing was typed in time. */
export type AskPin = (question: string) => Promise<string | null>;

export interface PinSettings {
  readonly station: string;
  readonly tokens: Tokens;
  readonly journal: PinJournal;
  /** Files that hold a PIN, by the serial number of the token. */
  readonly files: ReadonlyMap<string, string>;
  /** Null without a terminal. */
  readonly ask: AskPin | null;
}

interface Candidate {
  /** Says where it came from, never what it is. */
  readonly source: string;
  readonly pin: string;
}

type WithoutPin<A> = A extends unknown ? Omit<A, 'pin'> : never;
/** What a token does with its PIN alone. */
type UnlockedAction = WithoutPin<Extract<TokenAction, { readonly pin: string }>>;

export class Pins {
  readonly #accepted = new Map<string, Candidate>();
  readonly #refused = new Map<string, Set<string>>();

  constructor(private readonly settings: PinSettings) {}

  /** Null when the token takes its PIN; else why it does not, for people. */
  async unlock(serial: string): Promise<string | null> {
    for (;;) {
      if (this.#accepted.has(serial)) return null;
      const found = await this.settings.tokens.find(serial);
      if (found === null) return 'the token is not plugged in';
      const danger = dangerOf(found);
      if (danger !== null) return danger;
      const candidate = (await this.#fromFile(serial)) ?? (await this.#typed(found));
      if (typeof candidate === 'string') return candidate;
      await this.#try(serial, candidate);
    }
  }

  /** Does what needs the PIN. @throws Failure NeedsOperator without one; what the token refuses */
  async ask<A extends UnlockedAction>(action: A): Promise<TokenAnswers[A['action']]> {
    const { serial } = action;
    const why = await this.unlock(serial);
    const candidate = this.#accepted.get(serial);
    if (why !== null || candidate === undefined)
      throw new Failure('NeedsOperator', `The token ${serial} is not unlocked: ${why ?? 'no PIN is known'}`, {
        on: `station ${this.settings.station}`,
        hint: `See to the station ${this.settings.station}, then resolve the step with --retry`,
      });
    const whole = { ...action, pin: candidate.pin } as unknown as TokenAction & { action: A['action'] };
    try {
      return await this.settings.tokens.ask(whole);
    } catch (error) {
      // Changed since it was accepted.
      if (error instanceof PinRefused) await this.#refuse(serial, candidate);
      throw error;
    }
  }

  /** The first login is a try of its own: only a source that a token once took may be sent again. */
  async #try(serial: string, candidate: Candidate): Promise<void> {
    const { journal, tokens } = this.settings;
    const { source, pin } = candidate;
    const before = await journal.stateOf(serial, source);
    await journal.note(serial, source, 'sent');
    try {
      await tokens.ask({ action: 'keys', serial, pin });
    } catch (error) {
      if (error instanceof PinRefused) return this.#refuse(serial, candidate);
      if (error instanceof TokenAbsent) {
        if (before === null) await journal.forget(serial, source);
        else await journal.note(serial, source, before);
      }
      throw error;
    }
    await journal.note(serial, source, 'accepted');
    this.#accepted.set(serial, candidate);
  }

  async #refuse(serial: string, { source, pin }: Candidate): Promise<void> {
    this.#accepted.delete(serial);
    this.#refused.set(serial, (this.#refused.get(serial) ?? new Set()).add(pin));
    await this.settings.journal.note(serial, source, 'refused');
  }

  /** Null when no file is named for the token, or the one that is named was sent before without being taken. */
  async #fromFile(serial: string): Promise<Candidate | null> {
    const path = this.settings.files.get(serial);
    if (path === undefined) return null;
    const { source, pin } = await read(path);
    const state = await this.settings.journal.stateOf(serial, source);
    return state === null || state === 'accepted' ? { source, pin } : null;
  }

  async #typed({ serial, label }: TokenInfo): Promise<Candidate | string> {
    const { ask, files, station } = this.settings;
    const path = files.get(serial);
    if (ask === null)
      return path === undefined
        ? `no file with its PIN is named, and the station ${station} has no terminal to ask at`
        : `the PIN of ${path} was sent before and not taken; it is not sent again until the file changes`;
    const refused = this.#refused.get(serial) ?? new Set();
    let note = refused.size === 0 ? '' : ' (the last one was refused)';
    for (;;) {
      const pin = await ask(`PIN of ${label}, serial number ${serial}${note}: `);
      if (pin === null || pin === '') return `no PIN was typed at the station ${station}`;
      if (!refused.has(pin)) return { source: `typed at ${new Date().toISOString()}`, pin };
      note = ' (that one was refused before and is not sent again)';
    }
  }
}

/** Null while a wrong PIN does no harm that the next right one does not mend. */
function dangerOf({ isPinLocked, isFinalPinTry }: TokenInfo): string | null {
  if (isPinLocked) return 'the token is locked: unlock it with its PUK, by the tool of its maker';
  if (isFinalPinTry)
    return 'one more wrong PIN locks the token: log in once by the tool of its maker, which gives back the tries';
  return null;
}

/** @throws Failure PreconditionFailed for a file that others can read, or that is none */
async function read(path: string): Promise<Candidate> {
  const refused = (cause: unknown): Failure =>
    new Failure('PreconditionFailed', 'The file of a PIN cannot be used', {
      on: path,
      cause,
      hint: `Make it a file of your own that nobody else reads: chmod 600 ${path}; then start the station again`,
    });
  const entry = await lstat(path).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!entry.isFile()) throw refused('it is not a file');
  if ((entry.mode & 0o077) !== 0) throw refused('others than its owner may read or write it');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refused(cause);
  });
  const pin = text.replace(/\r?\n$/, '');
  if (pin === '' || /[\r\n\0]/.test(pin)) throw refused('it does not hold one line with a PIN');
  // A file that was changed is another source: only a person changes it.
  return { source: `file ${path}, inode ${entry.ino}, changed ${entry.mtime.toISOString()}`, pin };
}

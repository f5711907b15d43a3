// SPDX-License-Identifier: Apache-2.0
// Asks the tokens of one PKCS #11 module, by a process for each request. Keeps no PIN and no session.
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import type { TokenAction, TokenAnswer, TokenAnswers, TokenInfo, TokenRefusal } from './messages.ts';

/** The token took no PIN; it counted a try. */
export class PinRefused extends Failure {
  constructor(serial: string, refusal: TokenRefusal) {
    super('PreconditionFailed', `The token ${serial} refused its PIN`, {
      on: `token ${serial}`,
      cause: refusal.code,
      hint: 'Start the station again and type the right PIN; the refused one is not sent again by itself',
    });
  }
}

export interface TokenProgram {
  /** Path of the PKCS #11 library. */
  readonly module: string;
  /** Node and the program that does one request. */
  readonly command: readonly [string, ...string[]];
}

/** @source a YubiKey makes a key on P-384 within 3 s; a token that waits for a touch waits 15 s */
const answerMilliseconds = 60_000;

const pinRefusals: readonly string[] = ['CKR_PIN_INCORRECT', 'CKR_PIN_INVALID', 'CKR_PIN_LEN_RANGE'];
const absences: readonly string[] = [
  'TOKEN_ABSENT',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_DEVICE_REMOVED',
  'CKR_SLOT_ID_INVALID',
];

/** Nothing was sent to the token: it was not there. */
export class TokenAbsent extends Failure {
  constructor(serial: string, cause: string) {
    super('Unreachable', `The token ${serial} is not plugged in`, {
      on: `token ${serial}`,
      cause,
      hint: 'Plug in the token named; the run goes on by itself, or after --retry once it waits for a person',
    });
  }
}

export class Tokens {
  constructor(private readonly program: TokenProgram) {}

  get module(): string {
    return this.program.module;
  }

  list(): Promise<readonly TokenInfo[]> {
    return this.ask({ action: 'list' });
  }

  /** Null when it is not plugged in. @throws Failure PreconditionFailed when two tokens have the serial number */
  async find(serial: string): Promise<TokenInfo | null> {
    const found = (await this.list()).filter((token) => token.serial === serial);
    if (found.length > 1)
      throw new Failure('PreconditionFailed', `${found.length} tokens have the serial number ${serial}`, {
        on: `token ${serial}`,
      });
    return found[0] ?? null;
  }

  /** @throws PinRefused; Failure Unreachable without the token; Failure Rejected in the words of the module */
  async ask<A extends TokenAction>(action: A): Promise<TokenAnswers[A['action']]> {
    const answer = await this.#answer<A['action']>(action);
    if (answer.ok) return answer.value;
    throw failureOf('serial' in action ? action.serial : '', this.program.module, answer.refusal);
  }

  async #answer<A extends TokenAction['action']>(action: TokenAction): Promise<TokenAnswer<A>> {
    const [file, ...words] = this.program.command;
    const { module } = this.program;
    const ended = await execa(file, words, {
      input: JSON.stringify({ ...action, module }),
      timeout: answerMilliseconds,
      reject: false,
    });
    try {
      return JSON.parse(ended.stdout) as TokenAnswer<A>;
    } catch {
      // A module that crashes takes its process along, and nothing else.
      throw new Failure('Unreachable', `The module gave no answer to ${action.action}`, {
        on: module,
        cause: ended.timedOut
          ? `nothing within ${answerMilliseconds / 1000} s`
          : (ended.shortMessage ?? ended.stderr.split('\n')[0] ?? ''),
      });
    }
  }
}

function failureOf(serial: string, module: string, refusal: TokenRefusal): Failure {
  const { code, message } = refusal;
  if (pinRefusals.includes(code)) return new PinRefused(serial, refusal);
  if (absences.includes(code)) return new TokenAbsent(serial, refusal.message);
  const on = serial === '' ? module : `token ${serial}`;
  if (code === 'BINDING_ABSENT')
    return new Failure('PreconditionFailed', 'This machine cannot speak to tokens yet', {
      on,
      cause: message,
      hint: 'In the folder of holdfast run: npm rebuild pkcs11js (it needs a C++ compiler and make); then start again',
    });
  if (code === 'CKR_PIN_LOCKED')
    return new Failure('PreconditionFailed', `The token ${serial} is locked`, {
      on,
      cause: code,
      hint: 'Unlock it with the PUK by the tool of its maker, then resolve the step with --retry',
    });
  if (code === 'KEY_THERE' || code === 'KEY_COUNT' || code === 'CERTIFICATE_THERE')
    return new Failure('PreconditionFailed', message, { on, cause: code });
  return new Failure('Rejected', `${on} refused: ${message}`, { on, cause: code });
}

// SPDX-License-Identifier: Apache-2.0
// Tokens with keys of this process. They count wrong PINs, may be pulled, and may die before or after they did something.
import { sign } from 'node:crypto';
import { newKeys, type Keys } from '../../../activities/clients/ca/trial/twin.ts';
import { sha384 } from '../../../activities/clients/ca/signed.ts';
import type {
  TokenAction,
  TokenAnswers,
  TokenCertificate,
  TokenInfo,
  TokenKey,
} from '../../../activities/clients/token/messages.ts';
import { PinRefused, TokenAbsent, Tokens } from '../../../activities/clients/token/tokens.ts';

export interface FakeToken {
  readonly serial: string;
  manufacturer: string;
  pin: string;
  wrongPins: number;
  isPluggedIn: boolean;
  readonly keys: { readonly id: string; readonly label: string; readonly pair: Keys; isLocal: boolean }[];
  readonly certificates: TokenCertificate[];
}

export function fakeToken(serial: string): FakeToken {
  return {
    serial,
    manufacturer: 'Double',
    pin: `pin of ${serial}`,
    wrongPins: 0,
    isPluggedIn: true,
    keys: [],
    certificates: [],
  };
}

/** The process that asked is gone: nothing after the call is executed. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export class FakeTokens extends Tokens {
  /** What was asked for, in order. */
  readonly asked: TokenAction[] = [];
  /** Dies at the next request of this kind, before or after the token did it. */
  dies: { readonly action: TokenAction['action']; readonly when: 'before' | 'after' } | null = null;
  /** ECDSA of Node takes no digest: the bytes that a digest may be of. */
  readonly mayBeSigned: Uint8Array[] = [];

  constructor(private readonly there: readonly FakeToken[]) {
    super({ module: '/module.so', command: ['no-program'] });
  }

  count(action: TokenAction['action']): number {
    return this.asked.filter((each) => each.action === action).length;
  }

  override async ask<A extends TokenAction>(action: A): Promise<TokenAnswers[A['action']]> {
    const dies = this.dies?.action === action.action ? this.dies.when : null;
    if (dies !== null) this.dies = null;
    if (dies === 'before') throw new Crash();
    this.asked.push(action);
    const answer = this.#answer(action);
    if (dies === 'after') throw new Crash();
    return answer as TokenAnswers[A['action']];
  }

  #answer(action: TokenAction): unknown {
    if (action.action === 'list') return this.there.filter((each) => each.isPluggedIn).map(infoOf);
    const token = this.there.find((each) => each.serial === action.serial && each.isPluggedIn);
    if (token === undefined) throw new TokenAbsent(action.serial, 'absent');
    if ('pin' in action) {
      if (action.pin !== token.pin) {
        token.wrongPins += 1;
        throw new PinRefused(token.serial, { code: 'CKR_PIN_INCORRECT', message: '' });
      }
      token.wrongPins = 0;
    }
    switch (action.action) {
      case 'certificates':
        return token.certificates;
      case 'keys':
        return token.keys.map(keyOf);
      case 'generate': {
        const key = { id: action.id, label: action.label, pair: newKeys(), isLocal: true };
        token.keys.push(key);
        return keyOf(key);
      }
      case 'sign': {
        const bytes = this.mayBeSigned.find((each) => sha384(each) === action.digest);
        const key = token.keys.find(({ id }) => id === action.id);
        if (bytes === undefined || key === undefined) throw new Error('The double cannot sign this');
        const { privateKey } = key.pair;
        return sign('sha384', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
      }
      case 'import': {
        const there = token.certificates.filter(({ id }) => id === action.id);
        if (there.some(({ certificate }) => certificate === action.certificate)) return null;
        if (there.length > 0) throw new Error('The double has another certificate in this place');
        token.certificates.push({ id: action.id, label: action.label, certificate: action.certificate });
        return null;
      }
    }
  }
}

const infoOf = ({ serial, manufacturer, wrongPins }: FakeToken): TokenInfo => ({
  serial,
  label: serial,
  manufacturer,
  model: 'Double',
  firmware: '1.0',
  isPinCountLow: wrongPins > 0,
  isFinalPinTry: wrongPins === 2,
  isPinLocked: wrongPins > 2,
});

const keyOf = ({ id, label, pair, isLocal }: FakeToken['keys'][number]): TokenKey => ({
  id,
  label,
  publicKey: pair.publicKey.toString('base64'),
  isLocal,
  isSensitive: true,
  wasAlwaysSensitive: true,
  isExtractable: false,
  wasNeverExtractable: true,
});

// SPDX-License-Identifier: Apache-2.0
// A station over tokens of this process that dies, whose tokens are pulled and changed, and whose person types wrong PINs.
import { join } from 'node:path';
import { PinJournal } from '../../../activities/station/pin-journal.ts';
import { Pins } from '../../../activities/station/pins.ts';
import type { Station } from '../../../activities/station/station.ts';
import type { TokenAction, TokenCertificate } from '../../../activities/clients/token/messages.ts';
import { newKeys } from '../../../activities/clients/ca/trial/twin.ts';
import { Crash, fakeToken, type FakeToken } from '../../activities/authority/fake-tokens.ts';
import { Rehearsal } from '../../activities/authority/rehearsal.ts';
import { softwareRoot } from '../../activities/authority/software-root.ts';
import type { Dice } from './virtual-time.ts';

export interface StationCounts {
  deaths: number;
  pulls: number;
  wrongPins: number;
  requests: number;
}

interface Strangers {
  /** Of somebody else. */
  readonly other: FakeToken;
  /** With the serial number of the root's token, and another root on it. */
  readonly impostor: FakeToken;
  /** With the serial number of the intermediate's token, and another key on it. */
  readonly double: FakeToken;
}

export class FuzzedStation {
  readonly counts: StationCounts = { deaths: 0, pulls: 0, wrongPins: 0, requests: 0 };
  /** Nobody started it again since it died. */
  isUp = true;
  /** A certificate of somebody else beside the key of the intermediate; null where none lies there, or a person removed it. */
  #foreign: TokenCertificate | null = null;
  /** Set when the process died under the call that is carried out. */
  hasDied = false;
  /** Everything that was sent as a PIN and was none, by its token: each was typed once. */
  readonly wrongPinsSent: string[] = [];
  #station: Station;

  private constructor(
    readonly rehearsal: Rehearsal,
    readonly strangers: Strangers,
    private readonly dice: Dice,
  ) {
    const { fake } = rehearsal;
    const ask = fake.ask.bind(fake);
    fake.ask = async (action) => {
      this.counts.requests += 1;
      if (action.action === 'sign') await rehearsal.learn();
      await this.#mischief(action);
      if ('pin' in action && !action.pin.startsWith('pin of'))
        this.wrongPinsSent.push(`${action.serial} ${action.pin}`);
      return ask(action);
    };
    this.#station = this.#start();
  }

  static async create(dice: Dice): Promise<FuzzedStation> {
    const [other, impostor, double] = [fakeToken('token-9'), fakeToken('token-1'), fakeToken('token-2')];
    const { keys, spec, der } = softwareRoot();
    impostor.keys.push({ id: spec.id, label: 'root', pair: keys, isLocal: true });
    impostor.certificates.push({ id: spec.id, label: 'root', certificate: der.toString('base64') });
    double.keys.push({ id: '02', label: 'of another', pair: newKeys(), isLocal: true });
    const rehearsal = await Rehearsal.create(other, impostor, double);
    const station = new FuzzedStation(rehearsal, { other, impostor, double }, dice);
    station.plug();
    if (dice.happens(0.1)) {
      station.#foreign = { id: '02', label: 'mail', certificate: softwareRoot().der.toString('base64') };
      rehearsal.tokens.intermediate.certificates.push(station.#foreign);
    }
    return station;
  }

  /** As a person does by the tool of the token. */
  removeForeign(): void {
    const { certificates } = this.rehearsal.tokens.intermediate;
    if (this.#foreign !== null) certificates.splice(certificates.indexOf(this.#foreign), 1);
    this.#foreign = null;
  }

  /** What is on tokens that has no place there, in words. */
  async misplaced(): Promise<string[]> {
    const { records, tokens } = this.rehearsal;
    const { other, impostor, double } = this.strangers;
    const { keys, certificates } = tokens.intermediate;
    const faults: string[] = [];
    if (this.#foreign !== null) faults.push('a certificate of another was overlooked');
    if (keys.length !== 1) faults.push(`${keys.length} keys were made`);
    const wanted = (await records.require('certificate')).toString('base64');
    if (certificates.length !== 1 || certificates[0]?.certificate !== wanted)
      faults.push(`${certificates.length} certificates are on the token of the intermediate`);
    const expected = [
      [tokens.root, 1, 1],
      [other, 0, 0],
      [impostor, 1, 1],
      [double, 1, 0],
    ] as const;
    for (const [token, keysThere, certificatesThere] of expected) {
      if (token.keys.length !== keysThere) faults.push(`a key was made on ${token.serial}`);
      if (token.certificates.length !== certificatesThere)
        faults.push(`a certificate was written onto ${token.serial}`);
    }
    return faults;
  }

  get present(): Station {
    return this.#station;
  }

  /** These tokens and no others are plugged in. */
  plug(...tokens: FakeToken[]): void {
    const { root, intermediate } = this.rehearsal.tokens;
    const { other, impostor, double } = this.strangers;
    for (const each of [root, intermediate, other, impostor, double])
      each.isPluggedIn = tokens.includes(each);
  }

  /** As a person does who starts the program again. */
  startAgain(): void {
    this.#station = this.#start();
    this.isUp = true;
    this.hasDied = false;
  }

  /** Before each request to a token. */
  async #mischief(action: TokenAction): Promise<void> {
    if (this.hasDied) throw new Crash();
    const { fake, tokens } = this.rehearsal;
    if (action.action === 'list' || !this.dice.happens(0.08)) return Promise.resolve();
    if (this.dice.happens(0.5)) {
      this.counts.pulls += 1;
      this.plug(...(this.dice.happens(0.3) ? [tokens.intermediate, this.strangers.other] : []));
      return Promise.resolve();
    }
    this.counts.deaths += 1;
    this.hasDied = true;
    fake.dies = { action: action.action, when: this.dice.pick(['before', 'after']) };
  }

  #start(): Station {
    const { state, fake } = this.rehearsal;
    const serialOf = (question: string): string => /serial number (\S+?)[: ]/.exec(question)?.[1] ?? '';
    const pins = new Pins({
      station: 'desk',
      tokens: fake,
      journal: new PinJournal(join(state, 'stations', 'pins')),
      files: new Map(),
      ask: (question) => Promise.resolve(this.#typed(serialOf(question))),
    });
    return { name: 'desk', stateDirectory: state, tokens: fake, pins };
  }

  /** Now and then a wrong one, and nothing when nobody is there. */
  #typed(serial: string): string | null {
    if (this.dice.happens(0.05)) return null;
    if (!this.dice.happens(0.1)) return `pin of ${serial}`;
    this.counts.wrongPins += 1;
    return `wrong ${this.counts.wrongPins}`;
  }
}

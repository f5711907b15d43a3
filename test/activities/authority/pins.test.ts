// SPDX-License-Identifier: Apache-2.0
// PINs of a station: which are sent, which never again, and what a token whose tries run out is spared.
import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../activities/clients/failure.ts';
import { PinJournal } from '../../../activities/station/pin-journal.ts';
import { Pins, type AskPin } from '../../../activities/station/pins.ts';
import { Crash, fakeToken, FakeTokens, type FakeToken } from './fake-tokens.ts';

let folder: string;
let file: string;
let token: FakeToken;
let tokens: FakeTokens;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pins-'));
  file = join(folder, 'root.pin');
  token = fakeToken('root');
  tokens = new FakeTokens([token]);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A station that was just started. */
function started(source: { readonly file?: boolean; readonly ask?: AskPin } = {}): Pins {
  return new Pins({
    station: 'desk',
    tokens,
    journal: new PinJournal(join(folder, 'journal')),
    files: new Map(source.file === true ? [['root', file]] : []),
    ask: source.ask ?? null,
  });
}

const write = (text: string): Promise<void> => writeFile(file, text, { mode: 0o600 });
const sent = (): number => tokens.count('keys');
/** Types one after another, then nothing. */
const typing = (...typed: string[]): { readonly ask: AskPin; readonly questions: string[] } => {
  const questions: string[] = [];
  const ask: AskPin = (question) => {
    questions.push(question);
    return Promise.resolve(typed.shift() ?? null);
  };
  return { ask, questions };
};

describe('unlock()', () => {
  it('sends the PIN of a file once, and keeps it for all that follows', async () => {
    await write('pin of root\n');
    const pins = started({ file: true });
    expect(await pins.unlock('root')).toBeNull();
    expect(await pins.unlock('root')).toBeNull();
    expect(sent()).toBe(1);
    await pins.ask({ action: 'generate', serial: 'root', id: '01', label: 'x' });
    expect(tokens.asked.at(-1)).toMatchObject({ action: 'generate', pin: 'pin of root' });
  });

  it('sends a refused PIN of a file never again, also not from a station that was started anew', async () => {
    await write('wrong');
    const pins = started({ file: true });
    expect(await pins.unlock('root')).toMatch(/was sent before and not taken/);
    expect(await pins.unlock('root')).toMatch(/was sent before and not taken/);
    expect(await started({ file: true }).unlock('root')).toMatch(/was sent before and not taken/);
    expect([sent(), token.wrongPins]).toEqual([1, 1]);
  });

  it('sends the PIN of a file that a person changed since', async () => {
    await write('wrong');
    await started({ file: true }).unlock('root');
    await write('pin of root');
    await utimes(file, new Date(), new Date(Date.now() + 1000));
    expect(await started({ file: true }).unlock('root')).toBeNull();
  });

  it.each(['before', 'after'] as const)(
    'sends nothing by itself when a station died %s the token heard its PIN: nobody knows the answer',
    async (when) => {
      await write('pin of root');
      tokens.dies = { action: 'keys', when };
      await expect(started({ file: true }).unlock('root')).rejects.toThrow(Crash);
      const before = sent();
      expect(await started({ file: true }).unlock('root')).toMatch(/was sent before and not taken/);
      expect(sent()).toBe(before);
    },
  );

  it('sends a PIN again that the token took before', async () => {
    await write('pin of root');
    await started({ file: true }).unlock('root');
    expect(await started({ file: true }).unlock('root')).toBeNull();
  });

  it('asks the person until the token takes what was typed, and sends no refused one twice', async () => {
    const { ask, questions } = typing('wrong', 'wrong', 'pin of root');
    expect(await started({ ask }).unlock('root')).toBeNull();
    expect(sent()).toBe(2);
    expect(questions.map((text) => text.replace(/^PIN of root, serial number root/, ''))).toEqual([
      ': ',
      ' (the last one was refused): ',
      ' (that one was refused before and is not sent again): ',
    ]);
  });

  it('asks the person once the file was refused', async () => {
    await write('wrong');
    expect(await started({ file: true, ask: typing('pin of root').ask }).unlock('root')).toBeNull();
  });

  it('sends nothing to a token whose next wrong PIN locks it, that is locked, or that is not there', async () => {
    const pins = started(typing('pin of root'));
    token.wrongPins = 2;
    expect(await pins.unlock('root')).toMatch(/one more wrong PIN locks/);
    token.wrongPins = 3;
    expect(await pins.unlock('root')).toMatch(/is locked/);
    token.isPluggedIn = false;
    expect(await pins.unlock('root')).toBe('the token is not plugged in');
    expect(sent()).toBe(0);
  });

  it('says what is missing when nothing is typed, and without a terminal', async () => {
    expect(await started(typing()).unlock('root')).toBe('no PIN was typed at the station desk');
    expect(await started().unlock('root')).toMatch(/no file with its PIN is named/);
  });

  it.each([
    ['others may read it', async () => chmod(file, 0o644)],
    ['it is empty', async () => write('')],
    ['it holds two lines', async () => write('one\ntwo\n')],
    ['it is not there', async () => rm(file)],
  ])('reads no PIN from a file when %s', async (_, spoil) => {
    await write('pin of root');
    await spoil();
    const failure = await started({ file: true })
      .unlock('root')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).code).toBe('PreconditionFailed');
    expect(sent()).toBe(0);
  });

  it('sends nothing while the record of what was sent is damaged', async () => {
    await write('pin of root');
    await started({ file: true }).unlock('root');
    const [name = ''] = await readdir(join(folder, 'journal', 'root'));
    await writeFile(join(folder, 'journal', 'root', name), '{"state":"maybe"}');
    await expect(started({ file: true }).unlock('root')).rejects.toThrow(/is damaged/);
    expect(sent()).toBe(1);
  });

  it('writes no PIN down', async () => {
    await write('pin of root');
    await started({ file: true }).unlock('root');
    await started(typing('wrong', 'pin of root')).unlock('root');
    for (const name of await readdir(join(folder, 'journal', 'root')))
      expect(await readFile(join(folder, 'journal', 'root', name), 'utf8')).not.toMatch(/pin of root|wrong/);
  });
});

describe('ask()', () => {
  it('drops a PIN that the token takes no more, and says that a person has to see to it', async () => {
    await write('pin of root');
    const pins = started({ file: true });
    await pins.unlock('root');
    token.pin = 'changed';
    const ask = () => pins.ask({ action: 'keys', serial: 'root' });
    await expect(ask()).rejects.toThrow(/refused its PIN/);
    await expect(ask()).rejects.toMatchObject({ code: 'NeedsOperator' });
    expect(token.wrongPins).toBe(1);
  });
});

// SPDX-License-Identifier: Apache-2.0
// A ceremony on tokens of this process: what dies goes on, what is another's is left alone, and nothing is signed twice.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ceremonyDifferences, reserveCeremony } from '../../../activities/authority/ceremony.ts';
import { sealCeremony, sealDifferences } from '../../../activities/authority/seal.ts';
import { CeremonyRecords } from '../../../activities/clients/ca/ceremony-records.ts';
import { signatureFault } from '../../../activities/clients/ca/signed.ts';
import { newKeys } from '../../../activities/clients/ca/trial/twin.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import { certificateDifferences, signCertificate } from '../../../activities/station/certificate.ts';
import { importCertificate, importedDifferences } from '../../../activities/station/imported.ts';
import { StationJournal } from '../../../activities/station/journal.ts';
import { keyDifferences, makeKey } from '../../../activities/station/key.ts';
import { needingHands } from '../../../activities/station/needs-hands.ts';
import { tokenBackDifferences, tokenDifferences } from '../../../activities/station/tokens.ts';
import { Crash } from './fake-tokens.ts';
import { ref, Rehearsal } from './rehearsal.ts';
import { softwareRoot } from './software-root.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.create();
});
afterEach(() => rehearsal.remove());

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error(`It did not fail: ${String(error)}`);
}

const certificate = (): Promise<Buffer> => rehearsal.records.require('certificate');

/** Certificates on the token of the intermediate. */
const onToken = (): Buffer[] =>
  rehearsal.tokens.intermediate.certificates.map((each) => Buffer.from(each.certificate, 'base64'));

describe('a ceremony', () => {
  it('goes from the profile to sealed records, and is the same when it is carried out again', async () => {
    await rehearsal.until('record');
    const before = await certificate();
    const toBeSigned = await rehearsal.records.require('toBeSigned');
    const { publicKey } = rehearsal.root.keys;
    expect(signatureFault('certificate', before, toBeSigned, publicKey)).toBeNull();
    expect(rehearsal.fake.count('certificates')).toBe(7);
    // Nobody has to plug in a token again.
    for (const token of Object.values(rehearsal.tokens)) token.isPluggedIn = false;
    await rehearsal.until('record');
    expect(await certificate()).toEqual(before);
    expect([rehearsal.fake.count('generate'), rehearsal.fake.count('import')]).toEqual([1, 1]);
  });

  it('waits for a person to make the key on a YubiKey, and refuses one that it makes no statement on', async () => {
    const { intermediate } = rehearsal.tokens;
    intermediate.manufacturer = 'Yubico (www.yubico.com)';
    const waits = await failureOf(rehearsal.until('key'));
    expect(waits.code).toBe('NeedsOperator');
    const { id, label } = rehearsal.request.intermediate;
    expect(waits.facts.hint).toContain(
      `ykman --device ${intermediate.serial} piv keys generate --algorithm ECCP384 9c public.pem`,
    );
    expect(rehearsal.fake.count('generate')).toBe(0);
    intermediate.keys.push({ id, label, pair: newKeys(), isLocal: true });
    await rehearsal.until('key');
    const refused = await failureOf(rehearsal.until('attestation'));
    expect([refused.code, refused.message]).toEqual([
      'PreconditionFailed',
      'The YubiKey makes no statement on this key',
    ]);
    expect(await rehearsal.records.attestation()).toBeNull();
  });

  it.each(
    [
      { action: 'list', nth: 2 } as const,
      { action: 'keys', nth: 1 } as const,
      { action: 'keys', nth: 3 } as const,
      { action: 'generate', nth: 1 } as const,
      { action: 'certificates', nth: 2 } as const,
      { action: 'sign', nth: 1 } as const,
      { action: 'sign', nth: 2 } as const,
      { action: 'sign', nth: 3 } as const,
      { action: 'import', nth: 1 } as const,
      // Before the certificate is written, and when it is read back.
      { action: 'certificates', nth: 6 } as const,
      { action: 'certificates', nth: 7 } as const,
    ].flatMap(({ action, nth }) => [
      { action, nth, when: 'before' } as const,
      { action, nth, when: 'after' } as const,
    ]),
  )(
    'goes on when its station dies $when request $nth to $action, with one key, one signature and one certificate on the token',
    async (death) => {
      let left = death.nth;
      const original = rehearsal.fake.ask.bind(rehearsal.fake);
      rehearsal.fake.ask = (action) => {
        if (action.action === death.action && (left -= 1) === 0)
          rehearsal.fake.dies = { action: death.action, when: death.when };
        return original(action);
      };
      for (let lives = 0; ; lives += 1) {
        try {
          await rehearsal.until('record');
          break;
        } catch (error) {
          if (!(error instanceof Crash) || lives > 3) throw error;
        }
      }
      expect(rehearsal.tokens.intermediate.keys).toHaveLength(1);
      expect(onToken()).toEqual([await certificate()]);
      expect(await sealDifferences(rehearsal.state, ref)).toEqual([]);
      const signature = await readFile(join(rehearsal.records.folder, 'station', 'certificate.signature'));
      const der = await certificate();
      await rm(rehearsal.records.path('certificate'));
      await signCertificate(rehearsal.station(), ref);
      expect(await certificate()).toEqual(der);
      expect(await readFile(join(rehearsal.records.folder, 'station', 'certificate.signature'))).toEqual(
        signature,
      );
    },
  );

  it('gives each generation a serial number of its own', async () => {
    await rehearsal.until('profile');
    const second = { ...rehearsal.request, generation: 2 };
    await reserveCeremony(rehearsal.state, second);
    const other = new CeremonyRecords(rehearsal.state, { authority: 'lab', generation: 2 });
    const [one, two] = [await rehearsal.records.requireCeremony(), await other.requireCeremony()];
    expect(one.serialNumber).not.toBe(two.serialNumber);
  });

  it('reserves once when two begin at the same moment', async () => {
    const [one, two] = await Promise.all([
      reserveCeremony(rehearsal.state, rehearsal.request),
      reserveCeremony(rehearsal.state, rehearsal.request),
    ]);
    expect(one).toBe(two);
  });

  it('refuses another spec for a generation that was begun, and goes on when another person asks', async () => {
    await rehearsal.until('profile');
    const { request, state } = rehearsal;
    const wider = {
      ...request,
      profile: { ...request.profile, permitted: ['cloud.example', 'example.org'] },
    };
    expect((await failureOf(ceremonyDifferences(state, wider))).message).toMatch(/begun with another spec/);
    expect(await ceremonyDifferences(state, { ...request, requestedBy: 'dave' })).toEqual([]);
  });
});

describe('the key', () => {
  it('is not made where another key is, which is left alone', async () => {
    const { intermediate } = rehearsal.tokens;
    intermediate.keys.push({ id: '02', label: 'lab-1', pair: newKeys(), isLocal: true });
    await rehearsal.until('token.intermediate');
    const station = rehearsal.station();
    expect((await failureOf(keyDifferences(station, ref))).message).toMatch(/^Another key/);
    expect((await failureOf(makeKey(station, ref))).message).toMatch(/^Another key/);
    expect(intermediate.keys).toHaveLength(1);
  });

  it('is not made again once it is gone, and no other takes its place', async () => {
    await rehearsal.until('key');
    const { intermediate } = rehearsal.tokens;
    const [key] = intermediate.keys.splice(0);
    const station = rehearsal.station();
    expect((await failureOf(keyDifferences(station, ref))).message).toMatch(/is not on the token any more/);
    expect((await failureOf(makeKey(station, ref))).message).toMatch(/is not on the token any more/);
    intermediate.keys.push({ id: '02', label: 'lab-1', pair: newKeys(), isLocal: true });
    expect((await failureOf(keyDifferences(station, ref))).message).toMatch(/is not the one/);
    expect(key).toBeDefined();
  });

  it('is refused when it was not made on the token', async () => {
    await rehearsal.until('key');
    for (const key of rehearsal.tokens.intermediate.keys) key.isLocal = false;
    const failure = await failureOf(keyDifferences(rehearsal.station(), ref));
    expect(failure.facts.cause).toBe('it was not made on the token');
  });
});

describe('the token of the root', () => {
  it('is one that holds the pinned certificate, whatever its serial number says', async () => {
    await rehearsal.until('approved');
    rehearsal.tokens.root.certificates.splice(0);
    const failure = await failureOf(tokenDifferences(rehearsal.station(), ref, 'root'));
    expect(failure.message).toMatch(/does not hold the pinned root certificate/);
    expect(rehearsal.fake.asked.filter((each) => 'pin' in each && each.serial === 'token-1')).toEqual([]);
  });

  it('is waited for, with what is plugged in instead', async () => {
    await rehearsal.until('approved');
    rehearsal.tokens.root.isPluggedIn = false;
    expect(await tokenDifferences(rehearsal.station(), ref, 'root')).toEqual([
      {
        what: 'token token-1',
        have: 'not plugged in, and token-2 (token-2) is',
        want: 'plugged in',
      },
    ]);
  });
});

describe('the certificate', () => {
  it('is not signed before enough people approved these very bytes, whatever a run says', async () => {
    await rehearsal.until('to-be-signed');
    const station = rehearsal.station();
    const refused = async (): Promise<unknown> =>
      (await failureOf(signCertificate(station, ref))).facts.cause;
    expect(await refused()).toBe('2 people have to approve; now count: nobody');
    await rehearsal.approve('alice', 1);
    expect(await refused()).toBe('2 people have to approve; now count: alice');
    expect(rehearsal.fake.count('sign')).toBe(1);
  });

  it('takes no approval of who requested it, twice of one person, that lapsed, or over another digest', async () => {
    await rehearsal.until('to-be-signed');
    const day = 86_400_000;
    const cause = async (work: Promise<unknown>): Promise<unknown> => (await failureOf(work)).facts.cause;
    expect(await cause(rehearsal.approve('carol', 1))).toBe('carol requested the ceremony');
    expect(await cause(rehearsal.approve('alice', 1, new Date(Date.now() - 4 * day)))).toMatch(/^it lapsed/);
    expect(await cause(rehearsal.approve('alice', 1, new Date(Date.now() + day)))).toMatch(/still to come/);
    await rehearsal.approve('alice', 1);
    expect(await cause(rehearsal.approve('alice', 2))).toBe('alice has approved before, and counts once');
    expect(await readdir(join(rehearsal.records.folder, 'approvals'))).toHaveLength(1);
  });

  it('is not signed over bytes that somebody changed', async () => {
    await rehearsal.until('approved');
    const path = rehearsal.records.path('toBeSigned');
    const bytes = await readFile(path);
    // Another host in the URL of the CRL.
    const at = bytes.indexOf('ca.cloud.example');
    bytes.write('xx.cloud.example', at);
    await rm(path);
    await writeFile(path, bytes);
    const station = rehearsal.station();
    // One after the other: a promise that rejects while the other is awaited would be nobody's.
    for (const work of [certificateDifferences, signCertificate])
      expect((await failureOf(work(station, ref))).message).toBe('The recorded bytes are not to be signed');
  });

  it('is not signed over other right bytes of the same ceremony once the first were to be signed', async () => {
    const journal = new StationJournal(join(rehearsal.records.folder, 'station'));
    await journal.signedOnce('certificate', Buffer.from('others'), () => Promise.resolve(Buffer.from('x')));
    await rehearsal.until('approved');
    const failure = await failureOf(signCertificate(rehearsal.station(), ref));
    expect([failure.code, rehearsal.fake.count('sign')]).toEqual(['Conflict', 1]);
  });

  it('is not released when another signature was put into the journal', async () => {
    await rehearsal.until('crl');
    await rm(rehearsal.records.path('certificate'));
    const path = join(rehearsal.records.folder, 'station', 'certificate.signature');
    await writeFile(path, Buffer.alloc(96, 1));
    expect((await failureOf(signCertificate(rehearsal.station(), ref))).code).toBe('VerifyFailed');
    expect(await rehearsal.records.bytes('certificate')).toBeNull();
  });
});

describe('the certificate on the token', () => {
  const foreign = (): { id: string; label: string; certificate: string } => ({
    id: rehearsal.request.intermediate.id,
    label: 'mail',
    certificate: softwareRoot().der.toString('base64'),
  });

  it('has the id and the label of its key', async () => {
    await rehearsal.until('imported');
    const { id, label } = rehearsal.request.intermediate;
    const written = { id, label, certificate: (await certificate()).toString('base64') };
    expect(rehearsal.tokens.intermediate.certificates).toEqual([written]);
  });

  it('is left alone where it lies already, whoever wrote it', async () => {
    await rehearsal.until('token.back');
    const { intermediate } = rehearsal.tokens;
    const mine = { ...foreign(), certificate: (await certificate()).toString('base64') };
    intermediate.certificates.push(mine);
    await rehearsal.until('record');
    expect([intermediate.certificates, rehearsal.fake.count('import')]).toEqual([[mine], 0]);
  });

  it('takes the place of no other one, and says which lies there', async () => {
    await rehearsal.until('token.back');
    const { intermediate } = rehearsal.tokens;
    const [other, station] = [foreign(), rehearsal.station()];
    intermediate.certificates.push(other);
    for (const work of [importedDifferences, importCertificate]) {
      const failure = await failureOf(work(station, ref));
      expect([failure.code, failure.message]).toEqual([
        'PreconditionFailed',
        'Another certificate has the id 02 on the token',
      ]);
      expect(failure.facts.cause).toMatch(/^label mail, subject .*CN=.*, SHA-256 [0-9a-f]{64}$/);
    }
    expect([intermediate.certificates, rehearsal.fake.count('import')]).toEqual([[other], 0]);
    // A person removed it.
    intermediate.certificates.splice(0);
    await rehearsal.until('record');
    expect(onToken()).toEqual([await certificate()]);
  });

  it('is not written onto a token without the key of the ceremony, whatever its serial number says', async () => {
    await rehearsal.until('token.back');
    const { intermediate } = rehearsal.tokens;
    const { id, label } = rehearsal.request.intermediate;
    intermediate.keys.splice(0, 1, { id, label, pair: newKeys(), isLocal: true });
    const station = rehearsal.station();
    expect((await failureOf(importCertificate(station, ref))).message).toMatch(/is not the one/);
    intermediate.keys.splice(0);
    expect((await failureOf(importCertificate(station, ref))).message).toMatch(
      /is not on the token any more/,
    );
    expect([onToken(), rehearsal.fake.count('import')]).toEqual([[], 0]);
  });

  it('is not written once somebody put another one into the records', async () => {
    await rehearsal.until('token.back');
    await rm(rehearsal.records.path('certificate'));
    await rehearsal.records.write('certificate', softwareRoot().der);
    const failure = await failureOf(importCertificate(rehearsal.station(), ref));
    expect(failure.message).toBe('The recorded certificate is not what the root signed');
    expect(onToken()).toEqual([]);
  });

  it('waits for its token, and asks for hands when that was pulled meanwhile', async () => {
    await rehearsal.until('verified');
    const { intermediate } = rehearsal.tokens;
    intermediate.isPluggedIn = false;
    const station = rehearsal.station();
    expect(await tokenBackDifferences(station, ref)).toEqual([
      { what: 'token token-2', have: 'not plugged in, and token-1 (token-1) is', want: 'plugged in' },
    ]);
    for (const work of [importedDifferences, importCertificate]) {
      const held = needingHands((of: typeof ref): Promise<unknown> => work(station, of));
      const failure = await failureOf(held(ref));
      expect([failure.code, failure.message]).toEqual([
        'NeedsOperator',
        'The token token-2 is not plugged in',
      ]);
    }
  });

  it('waits for a person to write it onto a YubiKey, whose own statement lies beside it', async () => {
    await rehearsal.until('token.back');
    const { intermediate } = rehearsal.tokens;
    intermediate.manufacturer = 'Yubico (www.yubico.com)';
    const statement = { ...foreign(), label: 'X.509 Certificate for PIV Attestation 9c' };
    intermediate.certificates.push(statement);
    const station = rehearsal.station();
    const waits = await failureOf(importCertificate(station, ref));
    expect([waits.code, rehearsal.fake.count('import')]).toEqual(['NeedsOperator', 0]);
    expect(waits.facts.hint).toContain(
      `ykman --device token-2 piv certificates import --verify 9c ${rehearsal.records.path('certificate')}; `,
    );
    const label = 'X.509 Certificate for Digital Signature';
    intermediate.certificates.push({
      ...statement,
      label,
      certificate: (await certificate()).toString('base64'),
    });
    await rehearsal.until('record');
    expect(await sealDifferences(rehearsal.state, ref)).toEqual([]);
  });

  it('is not asked of a ceremony that an earlier release sealed without it', async () => {
    await rehearsal.until('verified');
    await sealCeremony(rehearsal.state, ref);
    for (const token of Object.values(rehearsal.tokens)) token.isPluggedIn = false;
    await rehearsal.until('record');
    expect([onToken(), await rehearsal.records.imported()]).toEqual([[], null]);
    // One that is added afterwards breaks the seal.
    await rehearsal.records.write('imported', {
      tokenSerial: 'token-2',
      id: '02',
      fingerprint: '0'.repeat(64),
    });
    expect((await failureOf(sealDifferences(rehearsal.state, ref))).facts.cause).toMatch(/imported\.json/);
  });
});

describe('signedOnce()', () => {
  it('gives both of two that sign at once the same signature', async () => {
    const journal = new StationJournal(join(rehearsal.state, 'journal'));
    const sign = (text: string) => () => Promise.resolve(Buffer.from(text));
    const bytes = Buffer.from('bytes');
    const both = await Promise.all([
      journal.signedOnce('certificate', bytes, sign('one')),
      journal.signedOnce('certificate', bytes, sign('two')),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(await journal.signedOnce('certificate', bytes, sign('three'))).toEqual(both[0]);
  });
});

describe('the seal', () => {
  it.each(['key.json', 'request.der', 'certificate.der', 'imported.json', 'approvals'])(
    'breaks when %s is changed',
    async (name) => {
      await rehearsal.until('record');
      const { folder } = rehearsal.records;
      const path = name === 'approvals' ? join(name, (await readdir(join(folder, name)))[0] ?? '') : name;
      await writeFile(
        join(folder, path),
        Buffer.concat([await readFile(join(folder, path)), Buffer.from(' ')]),
      );
      const failure = await failureOf(sealDifferences(rehearsal.state, ref));
      expect(failure.facts.cause).toBe(`the first that differs is ${path}`);
    },
  );
});

// SPDX-License-Identifier: Apache-2.0
// CRLs of a root on tokens of this process: numbers rise, nothing is taken off a list, and nothing unapproved is put on one.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordRevocationApproval } from '../../../activities/authority/approvals.ts';
import { recordRevocation } from '../../../activities/authority/revocation.ts';
import {
  crlVerificationDifferences,
  reserveCrl,
  reservedDifferences,
  verifyCrl,
} from '../../../activities/authority/root-crl.ts';
import { crlSealDifferences, sealCrl } from '../../../activities/authority/seal.ts';
import { CrlRecords, reservedNumbers, revocationRecord } from '../../../activities/clients/ca/crl-records.ts';
import { newestCrl } from '../../../activities/clients/ca/signed-crls.ts';
import { sha256 } from '../../../activities/clients/ca/signed.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import {
  crlTokenDifferences,
  nextCrlDifferences,
  signCeremonyCrl,
  signNextCrl,
} from '../../../activities/station/root-crl.ts';
import { approvalMessage } from '../../../workflows/contracts/authority/approval.ts';
import type { CrlVerification, CrlRequest } from '../../../workflows/contracts/authority/root-crl.ts';
import { Crash } from './fake-tokens.ts';
import { people, ref, Rehearsal } from './rehearsal.ts';

const authority = 'lab';
let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.create();
});
afterEach(() => rehearsal.remove());

const requestOf = (changes: Partial<CrlRequest> = {}): CrlRequest => ({
  authority,
  root: rehearsal.request.root,
  lifetime: '400d',
  daysLeft: 30,
  revoke: null,
  mayBeFirst: true,
  requestedBy: 'carol',
  ...changes,
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error(`It did not fail: ${String(error)}`);
}

/** Reserves and signs, as a run does. */
async function issue(request: CrlRequest): Promise<void> {
  await reserveCrl(rehearsal.state, request);
  await rehearsal.knowing(() => signNextCrl(rehearsal.station(), { authority }));
  expect(await reservedDifferences(rehearsal.state, request)).toEqual([]);
}

async function askFor(serial: string, approvers = rehearsal.request.approvers): Promise<void> {
  const { state } = rehearsal;
  const why = 'the token was lost';
  await recordRevocation(state, { authority, serial, why, approvals: 2, approvers, requestedBy: 'carol' });
}

async function approve(serial: string, approver: keyof typeof people, count: number): Promise<string> {
  const found = await revocationRecord(rehearsal.state, authority, serial);
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const digest = sha256(found?.bytes ?? '');
  const signature = people[approver].sign(approvalMessage({ revocation: `lab/${serial}`, digest, at }));
  const data = { approver, at, signature };
  return recordRevocationApproval(
    rehearsal.state,
    { authority, serial, count },
    { data, actor: approver, reason: '', at: '' },
  );
}

const newest = async () => newestCrl(rehearsal.state, authority, rehearsal.request.root);
const serials = async () => (await newest())?.revoked.map(({ serial }) => serial);

describe('the CRL of a root', () => {
  it('is the one of the ceremony first, and is renewed once fewer days are left than wanted', async () => {
    await rehearsal.until('record');
    expect((await newest())?.number).toBe(1);
    expect(await reservedDifferences(rehearsal.state, requestOf())).toEqual([]);
    const sooner = requestOf({ daysLeft: 399 });
    expect(await reservedDifferences(rehearsal.state, requestOf({ daysLeft: 401 }))).toMatchObject([
      { what: 'CRL of the root', want: 'a next number' },
    ]);
    expect(await reservedDifferences(rehearsal.state, sooner)).toEqual([]);
    await issue(requestOf({ lifetime: '800d', daysLeft: 401 }));
    expect((await newest())?.number).toBe(2);
  });

  it('is not asked for by a schedule before the first ceremony', async () => {
    expect(await reservedDifferences(rehearsal.state, requestOf({ mayBeFirst: false }))).toEqual([]);
    expect(await reservedDifferences(rehearsal.state, requestOf())).toHaveLength(1);
  });

  it('is signed once, also when its station dies before or after the signature', async () => {
    await reserveCrl(rehearsal.state, requestOf());
    for (const when of ['before', 'after'] as const) {
      rehearsal.fake.dies = { action: 'sign', when };
      await expect(signNextCrl(rehearsal.station(), { authority })).rejects.toThrow(Crash);
      await rehearsal.learn();
    }
    await signNextCrl(rehearsal.station(), { authority });
    const records = new CrlRecords(rehearsal.state, authority, 1);
    const der = await records.require('crl');
    const signature = await readFile(join(records.folder, 'station', 'crl.signature'));
    await rm(records.path('crl'));
    await signNextCrl(rehearsal.station(), { authority });
    expect(await records.require('crl')).toEqual(der);
    expect(await readFile(join(records.folder, 'station', 'crl.signature'))).toEqual(signature);
    // What is signed asks for no token.
    for (const token of Object.values(rehearsal.tokens)) token.isPluggedIn = false;
    expect(await crlTokenDifferences(rehearsal.station(), { authority })).toEqual([]);
    expect(await nextCrlDifferences(rehearsal.station(), { authority })).toEqual([]);
  });

  it('keeps its number when two ask for it, and leaves a number that was overtaken unsigned for ever', async () => {
    await reserveCrl(rehearsal.state, requestOf());
    await reserveCrl(rehearsal.state, requestOf());
    expect(await reservedNumbers(rehearsal.state, authority)).toEqual([1]);
    await askFor('4a01');
    await approve('4a01', 'alice', 1);
    await approve('4a01', 'bob', 2);
    await issue(requestOf({ revoke: '4a01' }));
    expect((await newest())?.number).toBe(2);
    expect(await new CrlRecords(rehearsal.state, authority, 1).bytes('crl')).toBeNull();
  });

  it('of a ceremony is the one that another run had signed since its beginning', async () => {
    await rehearsal.until('certificate');
    await issue(requestOf());
    const signs = rehearsal.fake.count('sign');
    await signCeremonyCrl(rehearsal.station(), ref);
    expect(rehearsal.fake.count('sign')).toBe(signs);
    expect(await rehearsal.records.require('crl')).toEqual((await newest())?.der);
  });

  it('is not believed when it was changed', async () => {
    await issue(requestOf());
    const path = new CrlRecords(rehearsal.state, authority, 1).path('crl');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await rm(path);
    await writeFile(path, bytes);
    expect((await failureOf(newest())).message).toBe('A recorded CRL is not what the root signed');
    expect((await failureOf(reserveCrl(rehearsal.state, requestOf({ daysLeft: 399 })))).code).toBe(
      'VerifyFailed',
    );
  });
});

describe('a revocation', () => {
  it('needs enough people, whatever a run says, and the requester and a repeated approval do not count', async () => {
    await askFor('4a01');
    const refused = await failureOf(reserveCrl(rehearsal.state, requestOf({ revoke: '4a01' })));
    expect(refused.message).toBe('The revocation of 4a01 is not approved');
    expect((await failureOf(approve('4a01', 'carol', 1))).facts.cause).toBe('carol requested the revocation');
    await approve('4a01', 'alice', 1);
    expect((await failureOf(approve('4a01', 'alice', 2))).facts.cause).toMatch(/counts once/);
    await reserveCrl(rehearsal.state, requestOf());
    // A reservation that somebody wrote by hand is judged again by the station.
    const records = new CrlRecords(rehearsal.state, authority, 2);
    const entry = { serial: '4a01', revokedAt: new Date().toISOString() };
    const first = await new CrlRecords(rehearsal.state, authority, 1).requireReservation();
    await records.offer('reservation', { ...first, number: 2, revoked: [entry] });
    const unapproved = await failureOf(signNextCrl(rehearsal.station(), { authority }));
    expect(unapproved.facts.cause).toBe('too few people approved the revocation of 4a01');
    await approve('4a01', 'bob', 2);
    await rehearsal.knowing(() => signNextCrl(rehearsal.station(), { authority }));
    expect(await serials()).toEqual(['4a01']);
  });

  it('goes into the next CRL, whoever asks for that, and stays in every one after it', async () => {
    await askFor('4a01');
    await approve('4a01', 'alice', 1);
    await approve('4a01', 'bob', 2);
    await issue(requestOf());
    expect(await serials()).toEqual(['4a01']);
    await rm(join(rehearsal.state, 'authorities/lab/revocations'), { recursive: true });
    await issue(requestOf({ lifetime: '800d', daysLeft: 500 }));
    expect(await serials()).toEqual(['4a01']);
    const third = new CrlRecords(rehearsal.state, authority, 3);
    const second = await new CrlRecords(rehearsal.state, authority, 2).requireReservation();
    await third.offer('reservation', { ...second, number: 3, revoked: [] });
    const failure = await failureOf(signNextCrl(rehearsal.station(), { authority }));
    expect(failure.facts.cause).toBe('it leaves out 4a01, revoked before');
  });

  it('without named approvers waits for its own run, and is not lost to another one', async () => {
    await askFor('4a01', []);
    await issue(requestOf());
    expect(await serials()).toEqual([]);
    await reserveCrl(rehearsal.state, requestOf({ revoke: '4a01' }));
    // Another run comes first and goes on with what was reserved.
    await issue(requestOf({ daysLeft: 399 }));
    expect(await serials()).toEqual(['4a01']);
  });

  it('is refused by OpenSSL with all CRLs checked, while the other intermediate is accepted', async () => {
    await rehearsal.until('record');
    const { serialNumber } = await rehearsal.records.requireCeremony();
    await issue(requestOf({ daysLeft: 401, lifetime: '800d' }));
    const { state } = rehearsal;
    await verifyCrl(state, { authority });
    await askFor(serialNumber);
    await approve(serialNumber, 'alice', 1);
    await approve(serialNumber, 'bob', 2);
    await issue(requestOf({ revoke: serialNumber }));
    await verifyCrl(state, { authority });
    expect(await crlVerificationDifferences(state, { authority })).toEqual([]);
    const said = async (number: number) => {
      const path = new CrlRecords(state, authority, number).path('verification');
      return (JSON.parse(await readFile(path, 'utf8')) as CrlVerification).verdicts.map(
        ({ actual, detail }) => `${actual}: ${detail}`,
      );
    };
    expect(await said(2)).toEqual(Array.from({ length: 3 }, () => 'accepted: accepted'));
    expect(await said(3)).toEqual([
      'accepted: accepted',
      expect.stringMatching(/^refused: .*certificate revoked$/),
      expect.stringMatching(/^refused: .*certificate revoked$/),
    ]);
    await sealCrl(state, { authority });
    expect(await crlSealDifferences(state, { authority })).toEqual([]);
    const record = join(state, 'authorities/lab/revocations', serialNumber, 'revocation.json');
    await writeFile(record, `${await readFile(record, 'utf8')} `);
    expect((await failureOf(crlSealDifferences(state, { authority }))).facts.cause).toMatch(
      /the first that differs is .*revocation\.json/,
    );
  });
});

// SPDX-License-Identifier: Apache-2.0
// The certificates of an authority as bytes: what they say, that they are signed, and that others are told apart.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../activities/clients/ca/trial/leaves.ts';
import { judgeByNode } from '../../../activities/clients/ca/trial/node-verifier.ts';
import { newKeys, signWith, twinOf, type Keys } from '../../../activities/clients/ca/trial/twin.ts';
import { readCrl } from '../../../activities/clients/ca/read-crl.ts';
import {
  crlFault,
  crlTimes,
  expectedCrl,
  expectedIntermediate,
  intermediateFault,
  periodFrom,
} from '../../../activities/clients/ca/expected.ts';
import { pinnedRoot } from '../../../activities/clients/ca/root.ts';
import { requestedKey, signatureFault } from '../../../activities/clients/ca/signed.ts';
import { requestToBeSigned } from '../../../activities/clients/ca/to-be-signed.ts';
import { certificateSummary } from '../../../activities/clients/ca/summary.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import type { RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { ceremonyOf, dayMilliseconds, profile, reservationOf, softwareRoot } from './software-root.ts';

const now = Date.parse('2026-06-01T12:00:00.400Z');
const root = softwareRoot();
const keys = newKeys();
const ceremony = ceremonyOf(root.spec);
const toBeSigned = expectedIntermediate(ceremony, keys.publicKey, periodFrom(Date.now(), profile.lifetime));
const certificate = signWith(root.keys, toBeSigned);

/** The failure that a call throws. */
function failureOf(call: () => unknown): Failure {
  try {
    call();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

describe('expectedIntermediate()', () => {
  it('is issued by the root, and says what the profile does', () => {
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkIssued(new X509Certificate(root.der))).toBe(true);
    expect(parsed.verify(new X509Certificate(root.der).publicKey)).toBe(true);
    expect(parsed.subject).toBe('O=Lab\nCN=Lab Intermediate 1');
    expect(parsed.serialNumber.toLowerCase()).toBe(ceremony.serialNumber);
    expect(parsed.ca).toBe(true);
    expect(certificateSummary(ceremony, toBeSigned).map(({ what, want }) => `${what}: ${want}`)).toEqual([
      'subject: O=Lab, CN=Lab Intermediate 1',
      `issuer: the root with the SHA-256 ${root.spec.fingerprint}`,
      `serial number: ${ceremony.serialNumber}`,
      expect.stringMatching(/^valid: 20.*Z until 20.*Z$/),
      expect.stringMatching(/^public key: SHA-256 [0-9a-f]{64}$/),
      'permitted names: cloud.example URI cloud.example URI .cloud.example',
      'excluded names: old.cloud.example URI old.cloud.example URI .old.cloud.example 0.0.0.0/0 ::/0',
      expect.stringMatching(/^bytes to be signed: SHA-256 [0-9a-f]{64}$/),
    ]);
  });

  it('is refused by each verdict that the profile forbids, and accepted by the others', async () => {
    const leaves = await leavesOf(await twinOf(root.der, certificate), profile);
    const verdicts = await Promise.all(
      leaves.map(async (leaf) => {
        const refusal = await judgeByNode(leaf);
        return { ...leaf, actual: refusal === null ? 'accepted' : 'refused' };
      }),
    );
    expect(leaves.filter(({ expected }) => expected === 'refused').length).toBeGreaterThanOrEqual(12);
    expect(verdicts.filter(({ expected, actual }) => expected !== actual)).toEqual([]);
  });

  it('lets leaves of other domains in when the constraints are left out: the verdicts are about them', async () => {
    const bare = expectedIntermediate(
      ceremonyOf(root.spec, { permitted: ['holdfast.invalid'] }),
      keys.publicKey,
      periodFrom(Date.now(), profile.lifetime),
    );
    const leaves = await leavesOf(await twinOf(root.der, signWith(root.keys, bare)), profile);
    const other = leaves.find(({ subject }) => subject === 'another domain');
    expect(other === undefined ? 'no leaf' : await judgeByNode(other)).toBeNull();
  });
});

describe('periodFrom()', () => {
  it('begins five minutes early, in whole seconds, and lasts whole days', () => {
    const { from, until } = periodFrom(now, '30d');
    expect(from.toISOString()).toBe('2026-06-01T11:55:00.000Z');
    expect(until.getTime() - from.getTime()).toBe(30 * dayMilliseconds);
  });
});

describe('intermediateFault()', () => {
  it('is null for the bytes themselves', () => {
    expect(intermediateFault(ceremony, keys.publicKey, toBeSigned)).toBeNull();
  });

  it('names bytes with another key, another profile, another serial number, another length, or none', () => {
    const other = 'they are not what the profile leads to';
    const wider = ceremonyOf(root.spec, { permitted: ['cloud.example', 'example.org'] });
    const longer = ceremonyOf(root.spec, { lifetime: '1826d' });
    expect(intermediateFault(ceremony, newKeys().publicKey, toBeSigned)).toBe(other);
    expect(intermediateFault(wider, keys.publicKey, toBeSigned)).toBe(other);
    expect(intermediateFault({ ...ceremony, serialNumber: '4b' }, keys.publicKey, toBeSigned)).toBe(other);
    expect(intermediateFault(longer, keys.publicKey, toBeSigned)).toBe(other);
    expect(intermediateFault(ceremony, keys.publicKey, Buffer.from('no DER'))).toBe('they cannot be read');
  });

  it('throws when the certificate would outlive its root', () => {
    const short = softwareRoot(100);
    const failure = failureOf(() =>
      expectedIntermediate(ceremonyOf(short.spec), keys.publicKey, periodFrom(Date.now(), '1825d')),
    );
    expect(failure.code).toBe('PreconditionFailed');
    expect(failure.facts.hint).toMatch(/at most 100d/);
  });
});

describe('expectedCrl()', () => {
  it('is what crlFault() compares with, and lists what was revoked before', () => {
    const revoked = [{ serial: '4a77', revokedAt: '2026-01-01T00:00:00Z' }];
    const with77 = reservationOf(root.spec, { revoked });
    const times = crlTimes(with77, now);
    const crl = expectedCrl(with77, times);
    const other = 'they are not what the profile leads to';
    expect(crlFault(with77, times, crl)).toBeNull();
    expect(crlFault(reservationOf(root.spec), times, crl)).toBe(other);
    expect(crlFault({ ...with77, number: 2 }, times, crl)).toBe(other);
    expect(crlFault({ ...with77, lifetime: '401d' }, times, crl)).toBe(other);
    const signed = readCrl(signWith(root.keys, crl));
    expect([signed.number, signed.revoked]).toEqual([
      1,
      [{ serial: '4a77', revokedAt: '2026-01-01T00:00:00.000Z' }],
    ]);
    expect(signed.until.getTime() - signed.from.getTime()).toBe(400 * dayMilliseconds);
  });
});

describe('signatureFault()', () => {
  const fault = (der: Buffer, bytes: Buffer, by: Keys): string | null =>
    signatureFault('certificate', der, bytes, by.publicKey);

  it('tells the right signature from one over other bytes, by another key, and from what is no certificate', () => {
    expect(fault(certificate, toBeSigned, root.keys)).toBeNull();
    expect(fault(certificate, toBeSigned, keys)).toBe('by another key');
    expect(fault(certificate, Buffer.concat([toBeSigned, Buffer.of(0)]), root.keys)).toBe('over other bytes');
    expect(fault(Buffer.from('no DER'), toBeSigned, root.keys)).toMatch(/^unreadable/);
  });

  it('holds for hundreds of signatures, also for those whose numbers begin with zeros', () => {
    for (let n = 0; n < 300; n += 1)
      expect(fault(signWith(root.keys, toBeSigned), toBeSigned, root.keys)).toBeNull();
  });
});

describe('requestedKey()', () => {
  it('returns the key of a request that verifies, and throws for one that another key signed', () => {
    const info = requestToBeSigned(profile.subject, keys.publicKey);
    expect(requestedKey(signWith(keys, info), 'request.der')).toEqual(keys.publicKey);
    expect(failureOf(() => requestedKey(signWith(root.keys, info), 'request.der')).facts.on).toBe(
      'request.der',
    );
    expect(failureOf(() => requestedKey(Buffer.from('no DER'), 'request.der')).code).toBe('VerifyFailed');
  });
});

describe('pinnedRoot()', () => {
  const causeOf = (spec: RootSpec): string => String(failureOf(() => pinnedRoot(spec)).facts.cause);

  it('returns the root whose fingerprint is pinned', () => {
    expect(pinnedRoot(root.spec).publicKey).toEqual(root.keys.publicKey);
  });

  it('throws for another fingerprint, and for a certificate that may sign no intermediate', () => {
    const another = softwareRoot();
    expect(causeOf({ ...root.spec, certificate: another.spec.certificate })).toMatch(/^its fingerprint is/);
    const pem = new X509Certificate(certificate).toString();
    expect(causeOf({ ...root.spec, certificate: pem })).toMatch(/path length of 0.*not signed by itself/);
    expect(failureOf(() => pinnedRoot({ ...root.spec, certificate: 'nothing' })).code).toBe(
      'PreconditionFailed',
    );
  });
});

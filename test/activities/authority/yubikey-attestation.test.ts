// SPDX-License-Identifier: Apache-2.0
// Statements of YubiKeys: recorded ones of two firmwares, and forged ones.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { isYubiKey, slotOf, statementOn } from '../../../activities/clients/attestation/yubikey.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import type { TokenCertificate } from '../../../activities/clients/token/messages.ts';
import forge from './attestations/forge.sh';

const attestorLabel = 'X.509 Certificate for PIV Attestation';
let attestor: TokenCertificate;
let statement: TokenCertificate;
let newer: TokenCertificate;

const recorded = (file: string, label: string): Promise<TokenCertificate> =>
  certificateIn(join(import.meta.dirname, 'attestations', file), label);

async function certificateIn(path: string, label: string): Promise<TokenCertificate> {
  const pem = await readFile(path, 'utf8');
  return { id: '', label, certificate: new X509Certificate(pem).raw.toString('base64') };
}

beforeAll(async () => {
  attestor = await recorded('yubikey-5.2.6-attestor.pem', attestorLabel);
  statement = await recorded('yubikey-5.2.6-9c.pem', `${attestorLabel} 9c`);
  newer = await recorded('yubikey-5.7.4-9a.pem', `${attestorLabel} 9a`);
});

const keyOf = ({ certificate }: TokenCertificate): string =>
  new X509Certificate(Buffer.from(certificate, 'base64')).publicKey
    .export({ type: 'spki', format: 'der' })
    .toString('base64');

/** Why a statement is refused. */
function refusal(key: string, certificates: readonly TokenCertificate[]): string {
  try {
    statementOn(key, certificates, 'token 1');
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, cause } = error.toStepFailure();
    return `${code}: ${message}: ${cause}`;
  }
}

describe('statementOn()', () => {
  it('reads which YubiKey made a key, and follows its chain to the root of Yubico', () => {
    const found = statementOn(keyOf(statement), [attestor, newer, statement], 'token 1');
    expect(found).toMatchObject({
      serial: '13078782',
      firmware: '5.2.6',
      pin: 'always',
      touch: 'always',
      root: 'Yubico PIV Root CA Serial 263751',
    });
    expect(found.chain.slice(0, 2)).toEqual([statement.certificate, attestor.certificate]);
    expect(found.chain).toHaveLength(3);
  });

  it('refuses a statement of newer firmware beside the certificate of another YubiKey, and names the firmware', () => {
    expect(refusal(keyOf(newer), [attestor, newer])).toMatch(
      /^PreconditionFailed: This YubiKey of firmware 5\.7\.4 is not certified by Yubico: No chain leads from/,
    );
  });

  it('refuses a key that no statement is on, as an imported one', () => {
    const other = keyOf(attestor);
    expect(refusal(other, [attestor, statement])).toContain('A key that was imported has none');
    expect(refusal(keyOf(statement), [statement])).toContain('Its slot f9 has no certificate');
  });

  it('refuses a statement with one octet changed', () => {
    const octets = Buffer.from(statement.certificate, 'base64');
    // Within the signature, so that it is still a certificate.
    octets[octets.length - 20] = (octets[octets.length - 20] ?? 0) ^ 1;
    const altered = { ...statement, certificate: octets.toString('base64') };
    expect(refusal(keyOf(statement), [attestor, altered])).toContain('is not certified by Yubico');
  });

  it('refuses a chain that has the names of Yubico and other keys', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-forged-'));
    await execa('sh', ['-c', forge, 'sh', folder]);
    const forged = await certificateIn(join(folder, 'attestor.pem'), attestorLabel);
    const said = await certificateIn(join(folder, 'statement.pem'), `${attestorLabel} 9c`);
    expect(refusal(keyOf(said), [forged, said])).toContain(
      'This YubiKey of firmware 5.2.6 is not certified by Yubico',
    );
    await rm(folder, { recursive: true, force: true });
  });

  it('takes no certificate of another object for a statement', () => {
    const usual = { ...statement, label: 'X.509 Certificate for Digital Signature' };
    expect(refusal(keyOf(statement), [attestor, usual])).toContain('makes no statement on this key');
  });
});

it('the intermediates of firmware 5.7.4 and later lead to the root of 2024', async () => {
  const bundle = join(import.meta.dirname, '../../../activities/clients/attestation');
  const words = ['verify', '-CAfile', join(bundle, 'yubico-roots.pem'), '-untrusted'];
  const file = join(bundle, 'yubico-intermediates.pem');
  const parts = (await readFile(file, 'utf8')).split(/(?<=-----END CERTIFICATE-----\n)/).filter(Boolean);
  const names = parts.map((part) => new X509Certificate(part).subject);
  expect(names).toEqual([
    'CN=Yubico Attestation Intermediate A 1',
    'CN=Yubico Attestation Intermediate B 1',
    'CN=Yubico PIV Attestation A 1',
    'CN=Yubico PIV Attestation B 1',
  ]);
  for (const part of parts)
    expect((await execa('openssl', [...words, file], { input: part })).stdout).toBe('stdin: OK');
});

it.each([
  ['Yubico (www.yubico.com)', true],
  ['SoftHSM project', false],
  ['Nitrokey', false],
])('isYubiKey() of %s is %s', (manufacturer, is) => {
  expect(isYubiKey(manufacturer)).toBe(is);
});

it.each([
  ['01', '9a'],
  ['02', '9c'],
  ['04', '9e'],
  ['05', '82'],
  ['18', '95'],
  ['19', null],
  ['00', null],
])('slotOf() of the id %s is %s', (id, slot) => {
  expect(slotOf(id)).toBe(slot);
});

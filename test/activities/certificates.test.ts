// SPDX-License-Identifier: Apache-2.0
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authorityDifferences,
  certificateDifferences,
  createAuthority,
  issue,
  type KeyedCertificate,
} from '../../activities/clients/secrets/certificates.ts';
import type { CertificateArgs } from '../../workflows/contracts/box/certificate.ts';

const dayMilliseconds = 86_400_000;
const lifetimeDays = 30;

const server: CertificateArgs = {
  id: 'api',
  commonName: 'lab',
  addresses: ['10.77.1.2', '127.0.0.1'],
  names: ['lab', 'localhost'],
  usage: 'server',
  certificatePath: '/a.pem',
  keyPath: '/a.key',
  owner: 'root',
  group: 'root',
};
const client: CertificateArgs = {
  ...server,
  id: 'database',
  commonName: 'keystone',
  addresses: [],
  names: [],
  usage: 'client',
};

let directory: string;
let authority: KeyedCertificate;
let other: KeyedCertificate;
let served: KeyedCertificate;
let asking: KeyedCertificate;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-certificates-'));
  authority = await createAuthority('holdfast lab CA', 3650);
  // The same name with another key: only the signature tells them apart.
  other = await createAuthority('holdfast lab CA', 3650);
  served = await issue(authority, server, lifetimeDays);
  asking = await issue(authority, client, lifetimeDays);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What `openssl verify` says of a certificate: its exit code and words. */
async function verify(trusted: KeyedCertificate, { certificate }: KeyedCertificate, ...args: string[]) {
  const [ca, leaf] = [join(directory, 'ca.pem'), join(directory, 'leaf.pem')];
  await writeFile(ca, trusted.certificate);
  await writeFile(leaf, certificate);
  const { exitCode, all } = await execa('openssl', ['verify', '-x509_strict', '-CAfile', ca, ...args, leaf], {
    reject: false,
    all: true,
  });
  return { exitCode, words: all };
}

const text = async ({ certificate }: KeyedCertificate): Promise<string> =>
  (await execa('openssl', ['x509', '-noout', '-text'], { input: certificate })).stdout;

const later = (days: number): Date => new Date(Date.now() + days * dayMilliseconds);
const whatOf = async (wanted: CertificateArgs, pair: KeyedCertificate, now = new Date()): Promise<string[]> =>
  (await certificateDifferences(authority.certificate, wanted, pair, now)).map(({ what }) => what);

describe('chains', () => {
  it('issue() makes a chain that openssl verifies when the purpose is that of the certificate', async () => {
    expect((await verify(authority, served, '-purpose', 'sslserver')).exitCode).toBe(0);
    expect((await verify(authority, asking, '-purpose', 'sslclient')).exitCode).toBe(0);
    expect((await verify(authority, authority)).exitCode).toBe(0);
  });

  it('issue() makes a certificate that openssl refuses when the purpose or the authority is another', async () => {
    expect((await verify(authority, served, '-purpose', 'sslclient')).words).toContain('purpose');
    expect((await verify(authority, asking, '-purpose', 'sslserver')).words).toContain('purpose');
    expect((await verify(other, served)).exitCode).not.toBe(0);
  });

  it('issue() makes a certificate for its names and addresses alone when it is a server', async () => {
    for (const [option, name] of [
      ['-verify_ip', '10.77.1.2'],
      ['-verify_ip', '127.0.0.1'],
      ['-verify_hostname', 'localhost'],
    ] as const)
      expect((await verify(authority, served, option, name)).exitCode).toBe(0);
    expect((await verify(authority, served, '-verify_ip', '10.77.1.3')).exitCode).not.toBe(0);
    expect((await verify(authority, served, '-verify_hostname', 'elsewhere')).exitCode).not.toBe(0);
  });

  it('issue() states what may be done with the key, and no more, when it is printed', async () => {
    const [leaf, root] = [await text(served), await text(authority)];
    expect(leaf).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(leaf).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(leaf).toMatch(/Extended Key Usage: \s*TLS Web Server Authentication\n/);
    expect(await text(asking)).not.toContain('Subject Alternative Name');
    expect(root).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(root).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
  });

  it('issue() gives another serial and key when it is called again', async () => {
    const again = await issue(authority, server, lifetimeDays);
    const [one, two] = [new NodeCertificate(served.certificate), new NodeCertificate(again.certificate)];
    expect(one.serialNumber).not.toBe(two.serialNumber);
    expect(again.key).not.toBe(served.key);
    expect(one.serialNumber.length).toBeLessThanOrEqual(40);
  });

  it('issue() makes a certificate of the stated lifetime when the clock is five minutes behind', () => {
    const { validFrom, validTo } = new NodeCertificate(served.certificate);
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(lifetimeDays * dayMilliseconds);
    const minutes = (Date.now() - Date.parse(validFrom)) / 60_000;
    expect(minutes).toBeGreaterThan(4.9);
    expect(minutes).toBeLessThan(7);
  });

  it('issue() never prints the key of the authority when its pair is shown', () => {
    expect(served.certificate).not.toContain('PRIVATE');
    expect(served.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/);
  });
});

describe('certificateDifferences()', () => {
  it('certificateDifferences() is empty when all is as wanted', async () => {
    expect(await whatOf(server, served)).toEqual([]);
    expect(await whatOf(client, asking)).toEqual([]);
  });

  it.each([
    [0, []],
    [19.9, []],
    [20.1, ['certificate api lifetime']],
    [31, ['certificate api lifetime']],
  ])(
    'certificateDifferences() names the lifetime of 30 days after %d days when 2/3 are over',
    async (days, what) => {
      expect(await whatOf(server, served, later(days))).toEqual(what);
    },
  );

  it('certificateDifferences() says by when it is renewed when 2/3 of the life are over', async () => {
    const [difference] = await certificateDifferences(authority.certificate, server, served, later(25));
    const { validTo } = new NodeCertificate(served.certificate);
    expect(difference?.have).toBe(`ends ${new Date(validTo).toISOString()}`);
    expect(difference?.want).toContain('2/3');
  });

  it('certificateDifferences() names the key when it is of another certificate or none', async () => {
    const keyOf = (key: string) => whatOf(server, { certificate: served.certificate, key });
    expect(await keyOf(asking.key)).toEqual(['certificate api key']);
    expect(await keyOf('')).toEqual(['certificate api key']);
    expect(await keyOf('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')).toEqual([
      'certificate api key',
    ]);
  });

  it('certificateDifferences() names the issuer alone when another authority of that name has signed', async () => {
    const foreign = await issue(other, server, lifetimeDays);
    const differences = await certificateDifferences(authority.certificate, server, foreign, later(25));
    expect(differences).toEqual([
      {
        what: 'certificate api',
        have: 'signed by CN=holdfast lab CA with another key',
        want: 'signed by CN=holdfast lab CA',
      },
    ]);
  });

  it('certificateDifferences() names what differs when the desired state changed', async () => {
    expect(await whatOf({ ...server, addresses: ['10.77.1.9'] }, served)).toEqual(['certificate api names']);
    expect(await whatOf({ ...server, names: [] }, served)).toEqual(['certificate api names']);
    expect(await whatOf({ ...server, commonName: 'box' }, served)).toEqual(['certificate api subject']);
    expect(await whatOf({ ...server, commonName: 'box', names: ['box'] }, served)).toHaveLength(2);
  });

  it.each(['', 'junk', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'certificateDifferences() says unreadable when the certificate is %j',
    async (certificate) => {
      const pair = { certificate, key: served.key };
      const [difference] = await certificateDifferences(authority.certificate, server, pair, new Date());
      expect(difference).toEqual({ what: 'certificate api', have: 'unreadable', want: 'a certificate' });
    },
  );
});

describe('authorityDifferences()', () => {
  it('authorityDifferences() is empty when the pair may sign, and names what is wrong when not', () => {
    const what = (pair: KeyedCertificate, now = new Date()) =>
      authorityDifferences(pair, now).map((difference) => difference.what);
    expect(what(authority)).toEqual([]);
    expect(what(authority, later(2500))).toEqual(['certificate authority lifetime']);
    expect(what({ ...authority, key: other.key })).toEqual(['certificate authority key']);
    expect(what({ ...authority, certificate: 'junk' })).toEqual(['certificate authority']);
  });
});

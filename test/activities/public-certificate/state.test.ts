// SPDX-License-Identifier: Apache-2.0
// The certificate of an authority in a box, read by the real script and judged by the real OpenSSL.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAuthority,
  issue,
  type KeyedCertificate,
} from '../../../activities/clients/secrets/certificates.ts';
import readState from '../../../activities/pki/public/certificate-state.sh';
import { parsedState, stateDifferences, type PublicState } from '../../../activities/pki/public/state.ts';
import type { CertificateArgs } from '../../../workflows/contracts/box/certificate.ts';

const name = 'cloud.example';
const wanted: CertificateArgs = {
  id: 'public',
  commonName: name,
  addresses: [],
  names: [name],
  usage: 'server',
  certificatePath: '/c',
  keyPath: '/c',
  owner: 'root',
  group: 'root',
};

let folder: string;
let authority: KeyedCertificate;
let leaf: KeyedCertificate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-public-'));
  authority = await createAuthority('Lab', 3650);
  leaf = await issue(authority, wanted, 30);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Files {
  /** Certificate, chain and key in one. */
  readonly pair: string;
  readonly chain: string;
}

const filesOf = ({ certificate, key }: KeyedCertificate): Files => {
  const chain = certificate + authority.certificate;
  return { pair: chain + key, chain };
};

/** As the script tells it, whoever runs this test. */
async function stateOf({ pair, chain }: Files): Promise<PublicState | null> {
  const [file, beside] = [join(folder, 'pair.pem'), join(folder, 'chain.pem')];
  await writeFile(file, pair, { mode: 0o600 });
  await writeFile(beside, chain);
  const { stdout } = await execa('sh', ['-c', readState, 'state', file, beside]);
  expect(stdout).not.toContain('PRIVATE KEY');
  const state = parsedState(stdout);
  return state === null ? null : { ...state, rights: '600 root root' };
}

async function haveOf(files: Files, revoked: readonly string[] = [], root = authority): Promise<string[]> {
  const args = { authority: 'lab', name, root: root.certificate };
  const isRevoked = (serial: string) => Promise.resolve(revoked.includes(serial));
  return (await stateDifferences(args, await stateOf(files), isRevoked)).map(({ have }) => have);
}

describe('stateDifferences()', () => {
  it('finds nothing when the certificate is of the authority, for the name, with its key and young', async () => {
    expect(await haveOf(filesOf(leaf))).toEqual([]);
  });

  it('finds an absent file, which the script reports by an empty answer', async () => {
    const { stdout } = await execa('sh', ['-c', readState, 'state', join(folder, 'none'), '/none']);
    expect(parsedState(stdout)).toBe(null);
    const args = { authority: 'lab', name, root: authority.certificate };
    const [found] = await stateDifferences(args, null, () => Promise.resolve(false));
    expect(found).toMatchObject({ have: 'absent', want: 'issued by authority lab' });
  });

  it('finds a file without a certificate, and one with the key of another', async () => {
    expect(await haveOf({ pair: 'damaged\n', chain: 'damaged\n' })).toEqual(['unreadable']);
    const other = await issue(authority, wanted, 30);
    expect(await haveOf(filesOf({ certificate: leaf.certificate, key: other.key }))).toEqual([
      'the key of another certificate',
    ]);
    expect(await haveOf(filesOf({ certificate: leaf.certificate, key: '' }))).toEqual([
      'the key of another certificate',
    ]);
  });

  it('finds rights that let others read the key', async () => {
    const state = { ...(await stateOf(filesOf(leaf))), rights: '644 root root' } as PublicState;
    const args = { authority: 'lab', name, root: authority.certificate };
    const [found] = await stateDifferences(args, state, () => Promise.resolve(false));
    expect(found?.have).toBe('rights 644 root root');
  });

  it('finds a chain beside it that was left from another certificate', async () => {
    const { chain } = filesOf(await issue(authority, wanted, 30));
    expect(await haveOf({ pair: filesOf(leaf).pair, chain })).toEqual([
      '/etc/ssl/holdfast/public-chain.pem has others',
    ]);
  });

  it('finds another name, and one more than the wanted one', async () => {
    const other = await issue(authority, { ...wanted, names: ['other.example'] }, 30);
    expect(await haveOf(filesOf(other))).toEqual(['for DNS:other.example']);
    const more = await issue(authority, { ...wanted, addresses: ['10.77.1.2'] }, 30);
    expect(await haveOf(filesOf(more))).toEqual([`for DNS:${name}, IP Address:10.77.1.2`]);
  });

  it('finds a certificate of another authority, also one of the same name', async () => {
    const stranger = await createAuthority('Lab', 3650);
    const [have = ''] = await haveOf(filesOf(leaf), [], stranger);
    expect(have).toMatch(/certificate|signature/);
  });

  it('finds one past two thirds of its life', async () => {
    // Valid from five minutes ago, for six minutes.
    const old = await issue(authority, wanted, 6 / 1440);
    expect(await haveOf(filesOf(old))).toEqual([expect.stringMatching(/^ends 20/)]);
  });

  it('finds one whose intermediate the root revoked', async () => {
    const serial = new X509Certificate(authority.certificate).serialNumber.toLowerCase();
    expect(await haveOf(filesOf(leaf), [serial])).toEqual([`of the revoked intermediate ${serial}`]);
    expect(await haveOf(filesOf(leaf), ['4a01'])).toEqual([]);
  });
});

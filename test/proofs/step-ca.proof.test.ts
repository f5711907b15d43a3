// SPDX-License-Identifier: Apache-2.0
// An authority from two tokens to leaves: step-ca in a box of its own issues by the intermediate that a ceremony made.
// Proves: activities/ca-server activities/authority activities/station activities/clients/ca workflows/box/authority workflows/operations/activate-ca workflows/operations/install-ca workflows/operations/destroy-ca workflows/operations/issue-crl workflows/contracts/authority profiles
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import { dataDirectory } from '../../activities/hosts/places.ts';
import type { Activation } from '../../workflows/contracts/authority/server.ts';
import type { Ceremony } from '../../workflows/contracts/authority/ceremony.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { pins, TokenLab } from '../ceremony/token-lab.ts';

const box = 'lab-ca';
const address = '10.88.7.2';
const live = '/etc/step-ca/live';
let tokens: TokenLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-leaves-'));
  tokens = await TokenLab.create();
  await tokens.record(1, serverOf());
  tokens.startStation();
});
afterAll(async () => {
  await tokens.lab.endRuns();
  await tokens.lab.destroy(box);
  await tokens.dispose();
  await rm(folder, { recursive: true, force: true });
});

const serverOf = () => ({
  network: { cidr: '10.88.7.0/24', address, gateway: '10.88.7.1' },
  names: ['ca.cloud.example'],
  token: { folder: join(tokens.folder, 'tokens'), pinFile: tokens.pinFile('intermediate') },
  leafDays: 30,
});

const inside = (...argv: string[]): Promise<string> => boxHost(box).output(argv);

/** The leaf by which the present generation was tried, as dehydrated keeps it. */
async function leaf(): Promise<X509Certificate> {
  const folderOfLeaf = '/var/lib/holdfast-probe/certs/holdfast-probe.cloud.example';
  return new X509Certificate(await inside('cat', `${folderOfLeaf}/cert.pem`));
}

const fetched = async (path: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`http://${address}${path}`)).arrayBuffer());

/** What OpenSSL says of a leaf with what the box serves: chain and root by http. */
async function judged(certificate: X509Certificate, generation: number): Promise<string> {
  await writeFile(join(folder, 'root.pem'), await fetched('/root.pem'));
  await writeFile(join(folder, 'chain.pem'), await fetched(`/chain/${generation}.pem`));
  await writeFile(join(folder, 'leaf.pem'), certificate.toString());
  const words = [
    '-x509_strict',
    '-CAfile',
    join(folder, 'root.pem'),
    '-untrusted',
    join(folder, 'chain.pem'),
  ];
  const { stdout } = await execa('openssl', ['verify', ...words, join(folder, 'leaf.pem')]);
  return stdout;
}

test('a ceremony, an install and an activation lead to a leaf that an ACME client got, and the rest is served', async () => {
  expect((await tokens.ceremony(1)).phase).toBe('done');
  await tokens.holdfast('ca', 'install', 'lab', '--quiet');
  await tokens.holdfast('ca', 'activate', 'lab', '1', '--quiet');
  const first = await leaf();
  expect([first.subjectAltName, first.issuer]).toEqual([
    'DNS:holdfast-probe.cloud.example',
    'CN=Lab Intermediate 1',
  ]);
  expect(await judged(first, 1)).toContain('leaf.pem: OK');
  expect(await fetched('/root.crl')).toEqual(await readFile(tokens.path('crls', '1', 'crl.der')));
  // The second time nothing is left to do.
  const again = await tokens.holdfast('ca', 'activate', 'lab', '1', '--json');
  expect(again).not.toContain('"code":"changed"');
});

test('a configuration that does not serve is put back, and the generation before issues on', async () => {
  await tokens.record(2, serverOf());
  expect((await tokens.ceremony(2)).phase).toBe('done');
  const before = await inside('readlink', live);
  // What the new generation needs is in the way: the ACME client that tries it cannot be answered.
  await inside('systemctl', 'stop', 'nginx.service');
  await inside('systemctl', 'mask', '--runtime', 'nginx.service');
  const refused = await tokens.start('activate-ca/lab/2', ['activate', 'lab', '2']);
  const parked = await tokens.lab.parked(refused, 120);
  expect(parked.id).toBe('server');
  await inside('systemctl', 'unmask', '--runtime', 'nginx.service');
  await inside('systemctl', 'start', 'nginx.service');
  // Wrong in the client's own file, which only the probe reads.
  const client = '/etc/dehydrated/holdfast.conf';
  await inside('cp', '-a', client, `${client}.kept`);
  await inside('sed', '-i', 's#^WELLKNOWN=.*#WELLKNOWN="/var/lib/elsewhere"#', client);
  await inside('mkdir', '-p', '/var/lib/elsewhere');
  await tokens.lab.resolve(refused, { step: parked.id, occurrence: parked.occurrence, action: 'retry' });
  const failed = await tokens.asked(refused, 'activated', 'parked');
  expect(failed.failure?.cause).toMatch(/put back \/etc\/step-ca\/generations\/1/);
  expect(await inside('readlink', live)).toBe(before);
  expect((await inside('systemctl', 'is-active', 'step-ca.service')).trim()).toBe('active');

  await inside('mv', `${client}.kept`, client);
  const first = await leafOf(1);
  expect((await tokens.lab.retried(refused, failed)).phase).toBe('done');
  await recordIfAsked('authority/activate-ca-parked-resolved', refused);
  expect((await leaf()).issuer).toBe('CN=Lab Intermediate 2');
  expect(await judged(await leaf(), 2)).toContain('leaf.pem: OK');
  // Leaves of the intermediate before stay good until they end.
  if (first !== null) expect(await judged(first, 1)).toContain('leaf.pem: OK');
  const activation = JSON.parse(await readFile(tokens.path('activation.json'), 'utf8')) as Activation;
  expect(activation).toMatchObject({ generation: 2, leaf: { issuer: 'CN=Lab Intermediate 2' } });
  expect(await tokens.holdfast('ca', 'status', 'lab')).toMatch(/intermediate 2 .* step-ca issues by it/);
});

test('a revoked intermediate is on the CRL that the box serves, and no PIN is in a history, a log or an argument', async () => {
  const path = tokens.path('ceremonies', '1', 'ceremony.json');
  const { serialNumber } = JSON.parse(await readFile(path, 'utf8')) as Ceremony;
  const words = ['revoke', 'lab', '1', '--reason', 'its generation is over'];
  const handle = await tokens.start(`revoke-ca/lab/${serialNumber}`, words);
  await tokens.approveBoth(handle, () => tokens.revocation(serialNumber));
  expect((await tokens.lab.endOf(handle)).phase).toBe('done');
  await writeFile(join(folder, 'served.crl'), await fetched('/root.crl'));
  const said = await execa('openssl', [
    'crl',
    '-inform',
    'DER',
    '-noout',
    '-text',
    '-in',
    join(folder, 'served.crl'),
  ]);
  expect(said.stdout).toContain(`Serial Number: ${serialNumber.toUpperCase()}`);
  const { stdout } = await execa('grep', ['-rlF', pins.intermediate, tokens.lab.stateDirectory], {
    reject: false,
  });
  expect(stdout).toBe('');
});

test('an authority that is destroyed leaves its records and the keys on its tokens, and no box', async () => {
  const aside = join(tokens.lab.stateDirectory, 'destroyed', 'authorities');
  await tokens.holdfast('ca', 'destroy', 'lab', '--confirm', 'lab', '--quiet');
  const { workflow } = await tokens.lab.client();
  await recordIfAsked('authority/destroy-ca-good', workflow.getHandle('destroy-ca/lab'));
  expect(existsSync(dataDirectory(box))).toBe(false);
  const [folder = ''] = await readdir(aside);
  expect(await readdir(join(aside, folder, 'ceremonies'))).toEqual(['1', '2']);
  const { serials } = tokens;
  const kept = await tokens.ask({ action: 'keys', serial: serials.intermediate, pin: pins.intermediate });
  expect(kept).toHaveLength(2);
  const known = await tokens.lab.run('cli.js', ['ca', 'status', 'lab'], { reject: false });
  expect([known.exitCode, known.stderr]).toEqual([2, expect.stringContaining('There is no authority lab')]);
  // The numbers of this root go on from its records.
  const anew = await tokens.lab.run('cli.js', ['ca', 'record', join(tokens.folder, 'lab.yaml')], {
    reject: false,
  });
  expect([anew.exitCode, anew.stderr]).toEqual([2, expect.stringContaining(`mv ${join(aside, folder)}`)]);
});

/** The first generation's leaf, which the second one's probe replaces; null once it did. */
async function leafOf(generation: number): Promise<X509Certificate | null> {
  const found = await leaf().catch(() => null);
  return found?.issuer === `CN=Lab Intermediate ${generation}` ? found : null;
}

// SPDX-License-Identifier: Apache-2.0
// A box whose certificate comes from an authority of step-ca: taken over ACME, renewed under clients, kept while the authority is away.
// Proves: activities/pki workflows/box/public-certificate workflows/box/haproxy workflows/operations/renew-certificates workflows/operations/install-box workflows/contracts/authority activities/clients/ca
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import { publicPaths } from '../../workflows/contracts/authority/public-certificate.ts';
import { serverBox } from '../../workflows/contracts/authority/server.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { TokenLab } from '../ceremony/token-lab.ts';
import { Clients, serialAt } from './certified-box/clients.ts';
import { KeptConnections } from './certified-box/kept-connections.ts';
import { labSpec } from '../system/lab.ts';
import { nameOnMachine } from './certified-box/machine-name.ts';

const authority = 'acorn';
const name = 'box.cloud.example';
const spec = labSpec('certified-box', 56, { access: { name }, certificates: { authority } });
const { address } = spec.networks.management;
const live = '/etc/step-ca/live/ca.json';
let tokens: TokenLab;
let folder: string;
/** Ends what this machine knows of the name. */
let forgetName: () => Promise<void>;
/** PEM of the root, as `box access` hands it out. */
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-certified-'));
  forgetName = await nameOnMachine(address, name);
  tokens = await TokenLab.create(authority);
  await tokens.record(1, {
    network: { cidr: '10.88.56.0/24', address: '10.88.56.2', gateway: '10.88.56.1' },
    names: ['ca.cloud.example'],
    token: { folder: join(tokens.folder, 'tokens'), pinFile: tokens.pinFile('intermediate') },
    leafDays: 30,
  });
  tokens.startStation();
  expect((await tokens.ceremony(1)).phase).toBe('done');
  await tokens.holdfast('ca', 'install', authority, '--quiet');
  await tokens.holdfast('ca', 'activate', authority, '1', '--quiet');
  const { workflow } = await tokens.lab.client();
  await recordIfAsked('authority/install-ca-good', workflow.getHandle(`install-ca/${authority}`));
  await recordIfAsked('authority/activate-ca-good', workflow.getHandle(`activate-ca/${authority}/1`));
});
afterAll(async () => {
  await forgetName();
  await tokens.lab.endRuns();
  await tokens.lab.destroy(spec.name);
  await tokens.lab.destroy(serverBox(authority));
  await tokens.dispose();
  await rm(folder, { recursive: true, force: true });
});

const inBox = (...argv: string[]): Promise<string> => boxHost(spec.name).output(argv);
const inAuthority = (...argv: string[]): Promise<string> => boxHost(serverBox(authority)).output(argv);
const changedIn = ({ steps }: Progress): string[] =>
  steps.filter(({ status }) => status === 'changed').map(({ id }) => id);
const served = (): Promise<string> => serialAt({ name, address, port: 5000, root });

async function startRenewal() {
  const { workflow } = await tokens.lab.client();
  return workflow.start('RenewCertificates', {
    workflowId: `renew-certificates/${spec.name}`,
    taskQueue,
    args: [{ name: spec.name, takeOver: false }],
  });
}

/** When HAProxy was started last; a reload leaves it. */
const haproxyBegan = (): Promise<string> =>
  inBox('systemctl', 'show', '--property=ActiveEnterTimestampMonotonic', '--value', 'haproxy.service');

/** How long leaves live that step-ca issues from now on; null: as its spec says. */
async function leavesLive(length: string | null): Promise<void> {
  if (length === null) await inAuthority('mv', '-T', `${live}.kept`, live);
  else {
    await inAuthority('cp', '-a', live, `${live}.kept`);
    const claims = 's/"(min|default)TLSCertDuration": "[^"]*"/"\\1TLSCertDuration": "LENGTH"/';
    await inAuthority('sed', '-E', '-i', claims.replace('LENGTH', length), live);
  }
  await inAuthority('systemctl', 'restart', 'step-ca.service');
}

test('clients that trust the root alone reach the cloud by its name, and the next install changes nothing', async () => {
  const progress = await tokens.lab.install(spec);
  expect(progress.phase).toBe('done');
  expect(changedIn(progress)).toEqual(
    expect.arrayContaining(['public.client', 'public.certificate', 'public.served']),
  );
  await tokens.holdfast('box', 'access', spec.name, '--to', join(folder, 'laptop'));
  root = await readFile(join(folder, 'laptop', 'ca.pem'), 'utf8');
  expect(root).toBe(await inAuthority('cat', '/etc/step-ca/live/root.pem'));
  expect(await readFile(join(folder, 'laptop', 'clouds.yaml'), 'utf8')).toContain(`https://${name}:5000/v3`);
  const issuer = await inBox(
    'openssl',
    'x509',
    '-noout',
    '-issuer',
    '-ext',
    'subjectAltName',
    '-in',
    publicPaths.chain,
  );
  expect(issuer).toMatch(/CN ?= ?Lab Intermediate 1/);
  expect(issuer).toContain(`DNS:${name}`);
  expect(await served()).toMatch(/^[0-9a-f]{16,}$/);
  expect(changedIn(await tokens.lab.install(spec))).toEqual([]);
  const { steps } = await tokens.lab.drift(spec.name);
  expect(steps.filter(({ verdict }) => verdict !== 'same').map(({ id }) => id)).toEqual([]);
});

test('a certificate at two thirds of its life is renewed while clients ask, and not one of their requests fails', async () => {
  // Issued a minute into its past, so it lives for four minutes and is due 100 s from now.
  await leavesLive('3m');
  await inBox('rm', publicPaths.certificate);
  expect(changedIn(await tokens.lab.install(spec))).toEqual([
    'public.certificate',
    'public.served',
    'evidence',
  ]);
  await leavesLive(null);
  const [former, began] = [await served(), await haproxyBegan()];
  const clients = new Clients({ name, address, port: 5000, root });
  const untilDue = new Promise((resolve) => setTimeout(resolve, 102_000));
  await untilDue;
  const progress = await tokens.lab.endOf(await startRenewal());
  expect(progress.phase).toBe('done');
  expect(changedIn(progress)).toEqual(['public.certificate', 'public.served', 'evidence']);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { requests, failures, serials } = await clients.end();
  const present = await served();
  process.stdout.write(
    `${requests} requests, ${failures.length} failed; serial numbers ${serials.join(' then ')}\n`,
  );
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(500);
  expect(serials).toEqual([former, present]);
  expect(await haproxyBegan()).toBe(began);
  // The next run finds nothing to do, and asks nobody.
  await inAuthority('systemctl', 'stop', 'step-ca.service');
  expect(changedIn(await tokens.lab.endOf(await startRenewal()))).toEqual([]);
});

test('while the authority is away the certificate in use stays, and the run waits and then goes on', async () => {
  const former = await served();
  await inBox('rm', publicPaths.chain);
  const handle = await startRenewal();
  const parked = await tokens.lab.parked(handle, 300);
  expect(parked.id).toBe('public.certificate');
  expect(parked.failure).toMatchObject({
    message: `Authority ${authority} does not answer; the certificate in use stays`,
    hint: expect.stringContaining(`holdfast ca activate ${authority} 1`) as string,
  });
  expect(await served()).toBe(former);
  await inAuthority('systemctl', 'start', 'step-ca.service');
  const progress = await tokens.lab.retried(handle, parked);
  expect(progress.phase).toBe('done');
  await recordIfAsked('box/renew-certificates-authority-parked-resolved', handle);
  expect(await served()).not.toBe(former);
});

test('a certificate is renewed 20 times under some 200 requests a second, and not one of them fails', async () => {
  const service = { name, address, port: 5000, root };
  const began = performance.now();
  const daemons = new KeptConnections(service, 20, 105);
  const tools = new Clients(service);
  const seen = [await served()];
  for (let renewal = 1; renewal <= 20; renewal += 1) {
    await inBox('rm', publicPaths.chain);
    const progress = await tokens.lab.endOf(await startRenewal());
    expect(progress.phase).toBe('done');
    seen.push(await served());
  }
  const seconds = (performance.now() - began) / 1000;
  const kept = await daemons.end();
  const anew = await tools.end();
  const requests = kept.requests + anew.requests;
  const failures = [...kept.failures, ...anew.failures];
  process.stdout.write(
    `20 renewals: ${requests} requests in ${Math.round(seconds)} s, ${Math.round(requests / seconds)} a second, ${failures.length} failed\n`,
  );
  expect(failures).toEqual([]);
  expect(new Set(seen).size).toBe(21);
  expect(seen.filter((serial) => !anew.serials.includes(serial))).toEqual([]);
});

test('the key of the certificate is in the box alone', async () => {
  const pem = await inBox('cat', publicPaths.certificate);
  const [, line = ''] = /-----BEGIN (?:EC )?PRIVATE KEY-----\n(.+)\n/.exec(pem) ?? [];
  expect(line.length).toBeGreaterThan(40);
  const words = ['-r', '-l', '-F', '-f', '-'];
  const here = await execa('grep', [...words, tokens.lab.stateDirectory], { input: line, reject: false });
  expect([here.exitCode, here.stdout]).toEqual([1, '']);
  const folders = ['/var/lib/holdfast', '/var/lib/holdfast-acme', '/var/log'];
  const inside = await boxHost(spec.name).run(['grep', ...words, ...folders], { stdin: line });
  expect([inside.exitCode, inside.stdout]).toEqual([1, '']);
});

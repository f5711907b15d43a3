// SPDX-License-Identifier: Apache-2.0
// A whole ceremony on two SoftHSM tokens, with a real Temporal, worker and station. The station is killed while it signs.
import type { ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { partsOf } from '../../../activities/clients/ca/signed.ts';
import type { RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { Ceremony, Seal, Verification } from '../../../workflows/contracts/authority/ceremony.ts';
import { recordIfAsked } from '../../histories/recording.ts';
import { traceExecutions, type ExecTrace } from '../../ceremony/exec-trace.ts';
import { foundIn, foundInProcess, type Sought } from '../../ceremony/process-memory.ts';
import { pins, TokenLab } from '../../ceremony/token-lab.ts';
import { kill } from '../../system/lab.ts';
import { hasGo } from './go-is-there.ts';

let tokens: TokenLab;
let records: string;
let second: ChildProcess;
const traces: ExecTrace[] = [];

beforeAll(async () => {
  tokens = await TokenLab.create();
  records = tokens.path('ceremonies', '1');
});
afterAll(() => tokens.dispose());

/** Waits without a pause: what comes next happens within a few milliseconds. */
async function untilThere(path: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new Error(`${path} did not come to be`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Paths of all files below a folder that hold something of it. */
async function filesWith(directory: string, sought: Sought): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    found.push(...foundIn(bytes, sought).map((what) => `${path}: ${what}`));
  }
  return found;
}

it('a ceremony goes from the profile to a verified certificate, and a killed station releases no second signature', async () => {
  const { lab } = tokens;
  await tokens.record(1);
  const first = tokens.startStation();
  traces.push(await traceExecutions(first.pid as number));
  const handle = await tokens.start('issue-ca/lab/1', ['issue', 'lab']);

  const one = await tokens.asked(handle, 'approved.1', 'awaiting');
  const approved = await tokens.certificate(1);
  await tokens.approve(handle, one, 'alice', approved);
  const two = await tokens.asked(handle, 'approved.2', 'awaiting');
  // Who approved before, and who is no approver, is refused before it becomes a part of the history.
  await expect(tokens.approve(handle, two, 'alice', approved)).rejects.toMatchObject({
    cause: { message: 'Step approved.2: alice has answered before, and counts once' },
  });
  // The station dies between the signature on disk and its answer, or a moment after.
  const isSigned = untilThere(join(records, 'station', 'certificate.signature'));
  await tokens.approve(handle, two, 'bob', approved);
  await isSigned;
  kill(first.pid as number, 'SIGKILL');
  const signature = await readFile(join(records, 'station', 'certificate.signature'));
  second = tokens.startStation();
  traces.push(await traceExecutions(second.pid as number));

  const finished = await lab.endOf(handle);
  expect(finished.phase).toBe('done');
  await recordIfAsked('authority/issue-ca-imported-killed', handle);
  const { events } = await handle.fetchHistory();
  const taken = (events ?? []).filter((each) => each.workflowExecutionUpdateAcceptedEventAttributes != null);
  expect(taken).toHaveLength(2);
  expect(finished.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'profile changed',
    'station same',
    'token.intermediate same',
    'key changed',
    'attestation changed',
    'request changed',
    'to-be-signed changed',
    'approved.1 changed',
    'approved.2 changed',
    'token.root same',
    'certificate changed',
    'crl changed',
    'verified changed',
    'imported changed',
    'record changed',
  ]);

  const der = await readFile(join(records, 'certificate.der'));
  expect(await readFile(join(records, 'station', 'certificate.signature'))).toEqual(signature);
  const [r, s] = integersOf(partsOf('certificate', der).signature);
  expect(Buffer.concat([r, s])).toEqual(signature);
  expect(new X509Certificate(der).subject).toBe('CN=Lab Intermediate 1');

  const { verdicts } = JSON.parse(await readFile(join(records, 'verification.json'), 'utf8')) as Verification;
  expect(verdicts.length).toBeGreaterThan(30);
  expect(verdicts.filter(({ expected, actual }) => expected !== actual)).toEqual([]);
  const refusedBy = (name: string): number =>
    verdicts.filter(({ verifier, actual }) => verifier.split(' ')[0] === name && actual === 'refused').length;
  const names = [...new Set(verdicts.map(({ verifier }) => verifier.split(' ')[0] ?? ''))];
  expect(names).toEqual(['openssl', 'node', ...(hasGo ? ['go'] : [])]);
  expect(names.map(refusedBy).every((count) => count >= 12)).toBe(true);
  const { files } = JSON.parse(await readFile(join(records, 'seal.json'), 'utf8')) as Seal;
  expect(files.filter(({ file }) => file.startsWith('approvals/'))).toHaveLength(2);

  expect(await tokens.holdfast('ca', 'status', 'lab')).toMatch(
    /intermediate 1 .* sealed, SHA-256 [0-9a-f]{64}/,
  );
});

it('the certificate lies on the token of the intermediate, by the id and the label of its key, and on no other', async () => {
  const certificate = (await readFile(join(records, 'certificate.der'))).toString('base64');
  const { root, intermediate } = tokens.serials;
  const onToken = await tokens.ask({ action: 'certificates', serial: intermediate });
  expect(onToken).toEqual([{ id: '11', label: 'lab-1', certificate }]);
  expect(await tokens.ask({ action: 'certificates', serial: root })).toHaveLength(1);
});

/** The public points of the root's key and of the intermediate's. */
async function points(): Promise<Buffer[]> {
  const { root } = JSON.parse(await readFile(tokens.path('spec.json'), 'utf8')) as { root: RootSpec };
  const certificates = [
    new X509Certificate(root.certificate),
    new X509Certificate(await readFile(join(records, 'certificate.der'))),
  ];
  return certificates.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }).subarray(-97));
}

it('no PIN leaves the station, and no private key its token: not into a file, a history, an argument or a memory', async () => {
  const sought = { texts: Object.values(pins), points: await points() };
  expect(await filesWith(tokens.lab.stateDirectory, sought)).toEqual([]);
  // Of what follows the station alone may know something: the PINs, of the tokens that it unlocked.
  const { temporal, worker } = await tokens.lab.processes();
  expect(await foundInProcess(worker, sought)).toEqual([]);
  expect(await foundInProcess(temporal, sought)).toEqual([]);
  // The second one signed with the root, then wrote the certificate onto the token of the intermediate.
  const known = await foundInProcess(second.pid as number, sought);
  expect(known.sort()).toEqual(Object.values(pins).sort());

  tokens.killStations();
  const lines = (await Promise.all(traces.map((trace) => trace.lines()))).flat();
  expect(lines.filter((line) => line.includes('/dist/token.js')).length).toBeGreaterThan(10);
  expect(lines.filter((line) => sought.texts.some((pin) => line.includes(pin)))).toEqual([]);
  tokens.startStation();
});

/** What OpenSSL says of the intermediate, with the CRL of a number checked. */
async function judged(number: number): Promise<string> {
  const spec = JSON.parse(await readFile(tokens.path('spec.json'), 'utf8')) as { root: RootSpec };
  const file = (name: string): string => join(tokens.folder, name);
  const [root, crl, certificate] = [file('root.pem'), file('crl.pem'), file('intermediate.pem')];
  await writeFile(root, spec.root.certificate);
  const inform = ['-inform', 'DER', '-out'];
  await execa('openssl', ['crl', ...inform, crl, '-in', tokens.path('crls', `${number}`, 'crl.der')]);
  await execa('openssl', ['x509', ...inform, certificate, '-in', join(records, 'certificate.der')]);
  const words = ['-x509_strict', '-crl_check_all', '-CAfile', root, '-CRLfile', crl];
  const { stdout, stderr } = await execa('openssl', ['verify', ...words, certificate], { reject: false });
  return `${stdout}\n${stderr}`;
}

it('a revoked intermediate is refused by OpenSSL, and a CRL that lasts is left without any hands', async () => {
  const { serialNumber } = JSON.parse(await readFile(join(records, 'ceremony.json'), 'utf8')) as Ceremony;
  const id = `revoke-ca/lab/${serialNumber}`;
  const handle = await tokens.start(id, ['revoke', 'lab', '1', '--reason', 'the token was lost']);
  await tokens.approveBoth(handle, () => tokens.revocation(serialNumber));
  const finished = await tokens.lab.endOf(handle);
  await recordIfAsked('authority/revoke-ca-good', handle);
  expect(finished.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'revocation changed',
    'approved.1 changed',
    'approved.2 changed',
    'reserved changed',
    'station same',
    'token.root same',
    'crl changed',
    'verified changed',
    'record changed',
  ]);
  expect(await judged(1)).toContain('intermediate.pem: OK');
  expect(await judged(2)).toContain('certificate revoked');
  expect(await tokens.holdfast('ca', 'status', 'lab')).toMatch(/intermediate 1 .* revoked, SHA-256/);

  tokens.killStations();
  const { stdout } = await tokens.lab.run('cli.js', ['ca', 'crl', 'lab', '--json']);
  expect(stdout).toContain('"fresh"');
});

/** r and s of a signature in DER, 48 octets each. */
function integersOf(der: Buffer): [Buffer, Buffer] {
  const at = (offset: number): [Buffer, number] => {
    const length = der[offset + 1] ?? 0;
    const digits = der.subarray(offset + 2, offset + 2 + length);
    return [Buffer.concat([Buffer.alloc(48), digits]).subarray(-48), offset + 2 + length];
  };
  const [r, next] = at(2);
  return [r, at(next)[0]];
}

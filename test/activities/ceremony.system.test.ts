// SPDX-License-Identifier: Apache-2.0
// A whole ceremony on two SoftHSM tokens, with a real Temporal, worker and station. The station is killed while it signs.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { partsOf } from '../../activities/clients/ca/signed.ts';
import type { TokenInfo } from '../../activities/clients/token/messages.ts';
import { approvalMessage, type Approved } from '../../workflows/contracts/authority/approval.ts';
import type { RootSpec } from '../../workflows/contracts/authority/authority-spec.ts';
import type { Ceremony, Seal, Verification } from '../../workflows/contracts/authority/ceremony.ts';
import { updates } from '../../workflows/contracts/run/messages.ts';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import { kill, Lab, root as tree } from '../system/lab.ts';
import { sshSigner } from './authority/ssh-signer.ts';

const module = '/usr/lib/softhsm/libsofthsm2.so';
/** Unlike anything that a path, a time or a digest holds by chance. */
const pins = { root: '731-692-5840', intermediate: '864-209-1375' } as const;
const people = { alice: sshSigner(), bob: sshSigner() } as const;

let lab: Lab;
let folder: string;
let records: string;
let environment: Record<string, string>;
const serials = { root: '', intermediate: '' };
const stations: ChildProcess[] = [];

beforeAll(async () => {
  if (!existsSync(join(tree, 'node_modules', 'pkcs11js', 'build', 'Release', 'pkcs11.node')))
    await execa('npm', ['rebuild', 'pkcs11js'], { cwd: tree });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-tokens-'));
  await mkdir(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  await writeFile(
    configuration,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\n`,
  );
  environment = { SOFTHSM2_CONF: configuration };
  for (const role of ['root', 'intermediate'] as const) {
    const words = ['--init-token', '--free', '--label', role, '--so-pin', '12345678', '--pin', pins[role]];
    await execa('softhsm2-util', words, { env: environment });
    await writeFile(join(folder, `${role}.pin`), `${pins[role]}\n`, { mode: 0o600 });
  }
  for (const { label, serial } of await tokens()) serials[label as 'root' | 'intermediate'] = serial;
  lab = await Lab.create();
  records = join(lab.stateDirectory, 'authorities', 'lab', 'ceremonies', '1');
});

afterAll(async () => {
  for (const station of stations) if (station.exitCode === null) station.kill('SIGKILL');
  await lab.endRuns();
  await lab.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function tokens(): Promise<readonly TokenInfo[]> {
  const { stdout } = await execa('node', [join(tree, 'dist', 'token.js')], {
    input: JSON.stringify({ action: 'list', module }),
    env: environment,
  });
  return (JSON.parse(stdout) as { value: TokenInfo[] }).value;
}

/** The program itself, as `holdfast ca station` starts it. */
function startStation(): ChildProcess {
  const pinFiles = {
    [serials.root]: join(folder, 'root.pin'),
    [serials.intermediate]: join(folder, 'intermediate.pin'),
  };
  const wish = JSON.stringify({ work: 'serve', station: 'desk', module, pinFiles });
  const station = spawn('node', [join(tree, 'dist', 'station.js'), wish], {
    env: { ...process.env, ...lab.environment, ...environment },
    stdio: 'ignore',
  });
  stations.push(station);
  return station;
}

async function holdfast(...words: string[]): Promise<string> {
  return (await lab.run('cli.js', words, { environment })).stdout;
}

async function recordSpec(): Promise<void> {
  const access = ['--module', module, '--pin-file', `${serials.root}=${join(folder, 'root.pin')}`];
  const made = await holdfast('ca', 'init', serials.root, '--common-name', 'Lab Root', ...access);
  const { root } = parse(made) as { root: RootSpec };
  const spec = {
    apiVersion: 'holdfast/v1',
    kind: 'Authority',
    name: 'lab',
    root,
    intermediate: { serial: serials.intermediate, id: '02', label: 'lab-1' },
    station: 'desk',
    readers: 2,
    approvals: 2,
    approvers: Object.entries(people).map(([name, { publicKey }]) => ({ name, key: publicKey })),
    profile: {
      subject: { commonName: 'Lab Intermediate 1' },
      generation: 1,
      lifetime: '1825d',
      permitted: ['cloud.example'],
      crlUrl: 'http://ca.cloud.example/root.crl',
    },
  };
  await writeFile(join(folder, 'lab.yaml'), stringify(spec));
  await holdfast('ca', 'record', join(folder, 'lab.yaml'));
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

const ofCertificate = async (): Promise<Approved> => ({
  ceremony: 'lab/1',
  digest: await digestOf(join(records, 'certificate.tbs.der')),
});

async function approve(
  handle: WorkflowHandle,
  { id, occurrence }: StepProgress,
  approver: keyof typeof people,
  approved?: Approved,
) {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const message = approvalMessage({ ...(approved ?? (await ofCertificate())), at });
  const data = { approver, at, signature: people[approver].sign(message) };
  await handle.executeUpdate(updates.resolveStep, {
    args: [{ step: id, occurrence, action: 'answer', actor: approver, reason: '', data }],
  });
}

/** The step once a person can answer it. */
async function asked(
  handle: WorkflowHandle,
  id: string,
  status: StepProgress['status'],
): Promise<StepProgress> {
  const stepOf = ({ steps }: Progress) => steps.find((step) => step.id === id && step.status === status);
  const progress = await lab.until(handle, `${id} ${status}`, (each) => stepOf(each) !== undefined);
  return stepOf(progress) as StepProgress;
}

/** Waits without a pause: what comes next happens within a few milliseconds. */
async function untilThere(path: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new Error(`${path} did not come to be`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Paths of all files below a folder that hold one of the texts. */
async function filesWith(directory: string, texts: readonly string[]): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (texts.some((text) => bytes.includes(text))) found.push(path);
  }
  return found;
}

it('a ceremony goes from the profile to a verified certificate, and a killed station releases no second signature', async () => {
  await recordSpec();
  const first = startStation();
  // It exits by the code of a run that goes on.
  await lab.run('cli.js', ['ca', 'issue', 'lab', '--detach'], { reject: false });
  const handle = (await lab.client()).workflow.getHandle('issue-ca/lab/1');

  await approve(handle, await asked(handle, 'approved.1', 'awaiting'), 'alice');
  await approve(handle, await asked(handle, 'approved.2', 'awaiting'), 'alice');
  const twice = await asked(handle, 'approved.2', 'parked');
  expect(twice.failure?.cause).toBe('alice has approved before, and counts once');
  // The station dies between the signature on disk and its answer, or a moment after.
  const isSigned = untilThere(join(records, 'station', 'certificate.signature'));
  await approve(handle, twice, 'bob');
  await isSigned;
  kill(first.pid as number, 'SIGKILL');
  const signature = await readFile(join(records, 'station', 'certificate.signature'));
  startStation();

  const finished = await lab.endOf(handle);
  expect(finished.phase).toBe('done');
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
  expect(new Set(verdicts.map(({ verifier }) => verifier.split(' ')[0]))).toEqual(
    new Set(['openssl', 'node']),
  );
  const { files } = JSON.parse(await readFile(join(records, 'seal.json'), 'utf8')) as Seal;
  expect(files.filter(({ file }) => file.startsWith('approvals/'))).toHaveLength(2);

  expect(await holdfast('ca', 'status', 'lab')).toMatch(/intermediate 1 .* sealed, SHA-256 [0-9a-f]{64}/);
  expect(await filesWith(lab.stateDirectory, Object.values(pins))).toEqual([]);
});

/** What OpenSSL says of the intermediate, with the CRL of a number checked. */
async function judged(number: number): Promise<string> {
  const authority = join(lab.stateDirectory, 'authorities', 'lab');
  const spec = JSON.parse(await readFile(join(authority, 'spec.json'), 'utf8')) as { root: RootSpec };
  const [root, crl, certificate] = ['root.pem', 'crl.pem', 'intermediate.pem'].map((name) =>
    join(folder, name),
  );
  await writeFile(String(root), spec.root.certificate);
  const inform = ['-inform', 'DER', '-out'];
  await execa('openssl', [
    'crl',
    ...inform,
    String(crl),
    '-in',
    join(authority, 'crls', `${number}`, 'crl.der'),
  ]);
  await execa('openssl', ['x509', ...inform, String(certificate), '-in', join(records, 'certificate.der')]);
  const words = ['-x509_strict', '-crl_check_all', '-CAfile', String(root), '-CRLfile', String(crl)];
  const { stdout, stderr } = await execa('openssl', ['verify', ...words, String(certificate)], {
    reject: false,
  });
  return `${stdout}\n${stderr}`;
}

it('a revoked intermediate is refused by OpenSSL, and a CRL that lasts is left without any hands', async () => {
  const { serialNumber } = JSON.parse(await readFile(join(records, 'ceremony.json'), 'utf8')) as Ceremony;
  const words = ['ca', 'revoke', 'lab', '1', '--reason', 'the token was lost', '--detach'];
  await lab.run('cli.js', words, { reject: false });
  const handle = (await lab.client()).workflow.getHandle(`revoke-ca/lab/${serialNumber}`);
  const first = await asked(handle, 'approved.1', 'awaiting');
  const path = join(lab.stateDirectory, 'authorities', 'lab', 'revocations', serialNumber, 'revocation.json');
  const approved = { revocation: `lab/${serialNumber}`, digest: await digestOf(path) };
  await approve(handle, first, 'alice', approved);
  await approve(handle, await asked(handle, 'approved.2', 'awaiting'), 'bob', approved);
  const finished = await lab.endOf(handle);
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
  expect(await holdfast('ca', 'status', 'lab')).toMatch(/intermediate 1 .* revoked, SHA-256/);

  for (const station of stations) if (station.exitCode === null) station.kill('SIGKILL');
  const { stdout } = await lab.run('cli.js', ['ca', 'crl', 'lab', '--json']);
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

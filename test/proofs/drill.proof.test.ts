// SPDX-License-Identifier: Apache-2.0
// The key of an intermediate counts as lost: revoked, replaced, and what it certified renewed, through ends of the worker and of the drill.
// Proves: activities/authority activities/ca-server activities/pki workflows/operations/drill-compromise workflows/operations/issue-crl workflows/operations/renew-certificates workflows/contracts/authority activities/clients/ca
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import type { Ceremony } from '../../workflows/contracts/authority/ceremony.ts';
import type { DrillResult } from '../../workflows/contracts/authority/drill.ts';
import { serverBox } from '../../workflows/contracts/authority/server.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { TokenLab } from '../ceremony/token-lab.ts';
import { kill, labSpec } from '../system/lab.ts';
import { nameOnMachine } from './certified-box/machine-name.ts';
import { Clients, serialAt } from './certified-box/clients.ts';

const authority = 'drill';
const name = 'drilled.cloud.example';
const spec = labSpec('drilled-box', 57, { access: { name }, certificates: { authority } });
const { address } = spec.networks.management;
let tokens: TokenLab;
/** Ends what this machine knows of the name. */
let forgetName: () => Promise<void>;

beforeAll(async () => {
  forgetName = await nameOnMachine(address, name);
  tokens = await TokenLab.create(authority);
  await tokens.record(1, serverOf());
  tokens.startStation();
  expect((await tokens.ceremony(1)).phase).toBe('done');
});
afterAll(async () => {
  await forgetName();
  await tokens.lab.endRuns();
  await tokens.lab.destroy(spec.name);
  await tokens.lab.destroy(serverBox(authority));
  await tokens.dispose();
});

const serverOf = () => ({
  network: { cidr: '10.88.57.0/24', address: '10.88.57.2', gateway: '10.88.57.1' },
  names: ['ca.cloud.example'],
  token: { folder: join(tokens.folder, 'tokens'), pinFile: tokens.pinFile('intermediate') },
  leafDays: 30,
});

const startDrill = (generation: number): Promise<WorkflowHandle> =>
  tokens.start(`drill-compromise/${authority}/${generation}`, [
    'drill',
    'compromise',
    authority,
    '--reason',
    'a drill',
  ]);

async function runOf(id: string): Promise<WorkflowHandle> {
  return (await tokens.lab.client()).workflow.getHandle(id);
}

async function serialOf(generation: number): Promise<string> {
  const path = tokens.path('ceremonies', `${generation}`, 'ceremony.json');
  const { serialNumber } = JSON.parse(await readFile(path, 'utf8')) as Ceremony;
  return serialNumber.replace(/^(00)+/, '');
}

/** The approvals that a drill takes: of the revocation, then of the next certificate. */
async function approveRevocation(generation: number): Promise<void> {
  const serial = await serialOf(generation);
  const run = await runOf(`revoke-ca/${authority}/${serial}`);
  await tokens.approveBoth(run, () => tokens.revocation(serial));
}
async function approveCertificate(generation: number): Promise<void> {
  const run = await runOf(`issue-ca/${authority}/${generation}`);
  await tokens.approveBoth(run, () => tokens.certificate(generation));
}

const applying = (step: string) => (progress: Progress) =>
  progress.steps.some(({ id, status }) => id === step && status === 'applying');
const statusesOf = ({ steps }: Progress): string[] => steps.map(({ id, status }) => `${id} ${status}`);

async function killWorker(): Promise<void> {
  kill((await tokens.lab.processes()).worker, 'SIGKILL');
  await tokens.lab.up();
}

async function resultOf(generation: number): Promise<DrillResult> {
  return JSON.parse(
    await readFile(tokens.path('drills', `${generation}`, 'result.json'), 'utf8'),
  ) as DrillResult;
}

test('a drill whose worker is killed in each part, and which is cancelled, goes on where it was', async () => {
  const { lab } = tokens;
  await tokens.record(2, serverOf());
  const cancelled = await startDrill(1);
  await lab.until(cancelled, 'the revocation', applying('revoked'));
  await killWorker();
  await approveRevocation(1);
  await lab.until(cancelled, 'the next ceremony', applying('issued'));
  await tokens.asked(await runOf(`issue-ca/${authority}/2`), 'approved.1', 'awaiting');
  await cancelled.cancel();
  await expect(cancelled.result()).rejects.toThrow();
  // The ceremony waits on for people, whatever became of the drill.
  const ceremony = await runOf(`issue-ca/${authority}/2`);
  expect((await ceremony.describe()).status.name).toBe('RUNNING');

  const handle = await startDrill(1);
  await lab.until(handle, 'the same ceremony', applying('issued'));
  await killWorker();
  await approveCertificate(2);
  const progress = await lab.endOf(handle);
  // No intermediate was active, so that nothing is activated and no box renewed.
  expect(statusesOf(progress)).toEqual(['begun same', 'revoked same', 'issued changed', 'record changed']);
  expect((await ceremony.describe()).runId).toBe(
    (await (await runOf(`issue-ca/${authority}/2`)).describe()).runId,
  );
  const { parts, seconds } = await resultOf(1);
  expect(parts.map(({ part }) => part)).toEqual(['revoked', 'issued']);
  expect(parts.every((part) => part.run !== null && part.seconds > 0 && part.seconds < seconds)).toBe(true);
  expect(await tokens.holdfast('ca', 'status', authority)).toMatch(/intermediate 1 .* revoked/);
});

test('boxes are certified by the next intermediate while clients ask, and not one of their requests fails', async () => {
  const { lab } = tokens;
  await tokens.holdfast('ca', 'install', authority, '--quiet');
  await tokens.holdfast('ca', 'activate', authority, '2', '--quiet');
  expect((await lab.install(spec)).phase).toBe('done');
  const root = await boxHost(serverBox(authority)).output(['cat', '/etc/step-ca/live/root.pem']);
  const service = { name, address, port: 5000, root };
  const former = await serialAt(service);
  const clients = new Clients(service);

  await tokens.record(3, serverOf());
  const handle = await startDrill(2);
  await approveRevocation(2);
  await approveCertificate(3);
  await lab.until(handle, 'the activation', applying('activated'));
  await killWorker();
  const progress = await lab.endOf(handle);
  await recordIfAsked('authority/drill-compromise-killed', handle);
  expect(statusesOf(progress)).toEqual([
    'begun changed',
    'revoked changed',
    'issued changed',
    'activated changed',
    'box.drilled-box changed',
    'record changed',
  ]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { requests, failures, serials } = await clients.end();
  const present = await serialAt(service);
  const told = progress.steps.find(({ id }) => id === 'record')?.detail ?? '';
  process.stdout.write(`${told}; ${requests} requests meanwhile, ${failures.length} failed\n`);
  expect(failures).toEqual([]);
  expect(serials).toEqual([former, present]);
  expect(present).not.toBe(former);
  const issuer = await boxHost(spec.name).output([
    'openssl',
    's_client',
    '-connect',
    `${address}:5000`,
    '-servername',
    name,
  ]);
  expect(issuer).toContain('Lab Intermediate 3');

  // Afterwards nothing is left to do, and the report says how long each part took.
  const { parts } = await resultOf(2);
  expect(parts.map(({ part, run }) => [part, run])).toEqual([
    ['revoked', `revoke-ca/${authority}/${await serialOf(2)}`],
    ['issued', `issue-ca/${authority}/3`],
    ['activated', `activate-ca/${authority}/3`],
    ['box.drilled-box', 'renew-certificates/drilled-box'],
  ]);
  expect(await tokens.holdfast('op', 'report', handle.workflowId, '--json')).toContain(told);
});

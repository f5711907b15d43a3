// SPDX-License-Identifier: Apache-2.0
// Temporal killed, the box powered off, the worker frozen and woken, all in the middle of an install: it goes on, once.
// Proves: workflows/engine activities/hosts activities/box workers/embedded
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import { supervisorOf } from '../../activities/hosts/local-box.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { calmState, stateOf } from '../system/calm-state.ts';
import { jobOf, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { kill, Lab, labSpec } from '../system/lab.ts';

const spec = labSpec('shaken-box', 27);
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.dispose(spec.name));

const applying = (step: string) => (progress: Progress) =>
  progress.steps.some(({ id, status }) => id === step && status === 'applying');
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const untilJob = (step: string): Promise<void> => jobOf(spec.name, step);

test('an install goes on where it stood when Temporal is killed, and when the box is powered off under its commands', async () => {
  const handle = await lab.startInstall(spec);
  await untilJob('postgres.cluster');
  kill((await lab.processes()).temporal, 'SIGKILL');
  await lab.up();

  const again = (await lab.client()).workflow.getHandle(handle.workflowId);
  await untilJob('keystone.schema');
  kill((await supervisorOf(spec.name)) ?? 0, 'SIGKILL');

  const progress = (await again.result()) as Progress;
  expect(progress.phase).toBe('done');
  // The box was booted again by the run itself, because the step that met the silence looked back at it.
  expect(progress.steps.find(({ id }) => id === 'boot')?.occurrence).toBeGreaterThan(1);
  expect(await stateOf(spec)).toEqual(await calmState());
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
});

test('a worker that was frozen for longer than its heartbeat and woken again does no harm', async () => {
  const host = boxHost(spec.name);
  await host.output(['systemctl', 'stop', 'keystone']);
  await query(host, 'postgres', 'DROP DATABASE keystone WITH (FORCE)');
  await query(host, 'postgres', 'CREATE DATABASE keystone OWNER keystone TEMPLATE template0');
  const handle = await lab.startInstall(spec);
  await lab.until(handle, 'applying', applying('keystone.schema'));
  await untilJob('keystone.schema');
  const frozen = (await lab.processes()).worker;
  kill(frozen, 'SIGSTOP');
  // A second worker on the same queue, while the first sleeps with its activity in its hands.
  const other = lab.run('control.js', [], {
    reject: false,
    environment: { TEMPORAL_ADDRESS: await lab.address() },
  });
  await pause(15_000);
  kill(frozen, 'SIGCONT');
  const progress = (await handle.result()) as Progress;
  expect(progress.phase).toBe('done');
  await pause(3000);
  other.kill('SIGTERM');
  await other;
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  expect((await lab.drift(spec.name)).result).toBe('same');
});

test('an install brings back a box that was switched off, and writes nothing else', async () => {
  await boxHost(spec.name).run(['systemctl', 'poweroff']);
  while ((await supervisorOf(spec.name)) !== null) await pause(100);
  expect((await lab.drift(spec.name)).result).toBe('differs');
  const progress = await lab.install(spec);
  expect(progress.steps.filter(({ status }) => status === 'changed').map(({ id }) => id)).toEqual(['boot']);
});

test('a box survives the end of worker and Temporal', async () => {
  await lab.down();
  expect(await supervisorOf(spec.name)).not.toBeNull();
  expect((await boxHost(spec.name).output(['systemctl', 'is-active', 'keystone'])).trim()).toBe('active');
  await lab.up();
});

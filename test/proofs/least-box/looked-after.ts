// SPDX-License-Identifier: Apache-2.0
// A box that is looked after by schedules: drift is told, certificates are renewed, a pause is kept, a park is answered.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import type { Notice } from '../../../workflows/contracts/run/notice.ts';
import type { Progress, Report } from '../../../workflows/contracts/run/progress.ts';
import type { RunReport } from '../../../cli/report/run-report.ts';
import type { ScheduleState } from '../../../cli/temporal/schedule-client.ts';
import { cli, lab, spec } from './stand.ts';

const { name } = spec;
const host = boxHost(name);
let folder = '';

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse((await lab.run('cli.js', [...args, '--json'])).stdout) as T;
}

async function notices(): Promise<Notice[]> {
  const text = await readFile(join(folder, 'notices'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Notice);
}

async function triggered(id: string): Promise<string> {
  const { stdout, exitCode } = await cli('schedule', 'trigger', id);
  expect(exitCode).toBe(8);
  return stdout.trim();
}

const resultOf = async (id: string): Promise<unknown> => (await lab.client()).workflow.getHandle(id).result();

export function lookedAfterProofs(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-notices-'));
    const command = ['sh', '-c', 'cat >> "$1"', 'sh', join(folder, 'notices')];
    await lab.install({ ...spec, notify: { command } });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('schedule apply makes the schedules of the box, once, and schedule list shows their next turn', async () => {
    expect((await cli('schedule', 'apply')).stdout).toMatch(/^\+ drift\/least-box +every 1h\n\+ renew-cert/);
    expect((await cli('schedule', 'apply')).stdout).toMatch(/^= drift\/least-box +every 1h\n= renew-cert/);
    const states = await json<ScheduleState[]>('schedule', 'list');
    expect(states.map(({ id }) => id)).toEqual([
      `holdfast/drift/${name}`,
      `holdfast/dump-box/${name}`,
      `holdfast/plan-update/${name}`,
      `holdfast/renew-certificates/${name}`,
      `holdfast/rotate-keys/${name}`,
    ]);
    for (const state of states) {
      expect(state).toMatchObject({ overlap: 'SKIP', isPaused: false, input: { name, scheduled: true } });
      expect(Date.parse(state.nextAt ?? '')).toBeGreaterThan(Date.now());
    }
  });

  test('a pause is kept when the schedules are applied anew with another length', async () => {
    await cli('schedule', 'pause', `drift/${name}`, '--reason', 'a test');
    const path = join(lab.stateDirectory, 'boxes', name, 'spec.json');
    const spec = await readFile(path, 'utf8');
    const changed = { ...(JSON.parse(spec) as object), schedules: { driftEvery: '15m' } };
    await writeFile(path, JSON.stringify(changed));
    expect((await cli('schedule', 'apply')).stdout).toMatch(/^~ drift\/least-box .*every 15m .*stays paused/);
    await writeFile(path, spec);
    await cli('schedule', 'apply');
    const [drift] = await json<ScheduleState[]>('schedule', 'list');
    expect(drift).toMatchObject({ isPaused: true, everySeconds: 3600 });
    expect(drift?.note).toMatch(/^paused by .*: a test$/);
    expect(drift?.nextAt).toBeUndefined();
    await cli('schedule', 'unpause', `drift/${name}`);
  });

  test('a scheduled look at a box as wanted tells nobody; one that sees a difference tells once and needs a human', async () => {
    const calm = (await resultOf(await triggered(`drift/${name}`))) as Report;
    expect([calm.result, await notices()]).toEqual(['same', []]);
    await host.output(['systemctl', 'stop', 'keystone']);
    const id = await triggered(`drift/${name}`);
    expect(((await resultOf(id)) as Report).result).toBe('differs');
    const nextCommand = `holdfast op show ${id}`;
    expect(await notices()).toMatchObject([
      { box: name, operation: 'drift', workflowId: id, step: 'keystone.service', nextCommand },
    ]);
    const query = "NeedsHuman = true AND Operation = 'drift'";
    const { workflow } = await lab.client();
    await expect.poll(async () => (await workflow.count(query)).count, { timeout: 10_000 }).toBe(1);
    const shown = (await cli('op', 'show', id)).stdout;
    expect(shown).toContain('keystone.service');
  });

  test('a renewal parks, tells a person with the command that answers it, and then issues what was missing', async () => {
    // A folder where the file's next version is written lets every write fail, as a broken disk would.
    const obstacle = '/etc/ssl/holdfast/api.pem.holdfast-new';
    await host.output(['rm', '/etc/ssl/holdfast/api.pem']);
    await host.output(['mkdir', obstacle]);
    const id = await triggered(`renew-certificates/${name}`);
    const handle = (await lab.client()).workflow.getHandle(id);
    await lab.until(handle, 'parked and told', ({ notification }) => notification !== undefined);
    const parked = (await notices()).at(-1);
    expect(parked).toMatchObject({ operation: 'renew-certificates', workflowId: id, step: 'certificates' });
    expect(parked?.nextCommand).toBe(`holdfast op resolve ${id} --step certificates --retry`);
    expect((await cli('schedule', 'trigger', `renew-certificates/${name}`)).stderr).toContain('still runs');

    await host.output(['rmdir', obstacle]);
    const answer = parked?.nextCommand.split(' ').slice(1) ?? [];
    expect((await cli(...answer, '--reason', 'the disk is back')).exitCode).toBe(0);
    const { steps } = (await resultOf(id)) as Progress;
    const changed = steps.filter(({ status }) => status === 'changed').map((step) => step.id);
    expect(changed).toEqual(['certificates', 'keystone.service', 'haproxy.service']);
    // HAProxy asks a program that was restarted some times before it hands anything on to it.
    const drift = async () => ((await resultOf(await triggered(`drift/${name}`))) as Report).result;
    await expect.poll(drift, { timeout: 60_000, interval: 2000 }).toBe('same');

    const report = await json<RunReport>('op', 'report', id);
    expect([report.subject, report.answers.map(({ reason }) => reason)]).toEqual([
      name,
      ['the disk is back'],
    ]);
  });
}

// SPDX-License-Identifier: Apache-2.0
// What goes wrong outside: a full disk, no source, a service that never answers, inputs that are none.
// Proves: workflows/operations/install-box workflows/box activities/box activities/host activities/operation cli/commands
import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import { boxDirectory } from '../../activities/hosts/places.ts';
import { provideTemporalBinary } from '../../workers/embedded/temporal/binary.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { differencesOf } from '../system/report-steps.ts';
import { cacheDirectory } from '../system/cache-directory.ts';

const spec = labSpec('bad-day-box', 31);
const disk = boxDirectory(spec.name);
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.create();
  await mkdir(disk, { recursive: true });
  // Preflight would refuse a small disk: it fills up later.
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=4g', 'box-disk', disk]);
});
afterAll(async () => {
  await execa('umount', ['-l', disk], { reject: false });
  await lab.dispose(spec.name);
});

describe('a bad day', () => {
  test('the disk of the box is full: the run parks with the deepest cause, and goes on after the fix', async () => {
    const handle = await lab.startInstall(spec);
    await lab.until(handle, 'root prepared', ({ steps }) =>
      steps.some(({ id, status }) => id === 'root' && status === 'changed'),
    );
    await execa('mount', ['-o', 'remount,size=24m', disk]);
    const step = await lab.parked(handle, 300);
    expect(`${step.failure?.message ?? ''} ${step.failure?.cause ?? ''}`).toMatch(/No space left on device/);
    await execa('mount', ['-o', 'remount,size=4g', disk]);
    expect((await lab.retried(handle, step)).phase).toBe('done');
  });

  test('a service never answers: the run parks, and goes on after the fix', async () => {
    const host = boxHost(spec.name);
    await host.output([
      'sh',
      '-c',
      'systemctl stop keystone; mv /usr/bin/keystone-wsgi-public /usr/bin/away',
    ]);
    const handle = await lab.startInstall(spec);
    const step = await lab.parked(handle, 400);
    expect(step).toMatchObject({ id: 'keystone.service', tries: 2, failure: { code: 'VerifyFailed' } });
    await host.output(['mv', '/usr/bin/away', '/usr/bin/keystone-wsgi-public']);
    expect((await lab.retried(handle, step)).phase).toBe('done');
  });

  test('a database of a service that the box does not have: its migration is refused by name', async () => {
    const { exitCode, stderr } = await lab.run('cli.js', ['db', 'migrate', 'glance', spec.name], {
      reject: false,
    });
    const text = /Box bad-day-box has no Glance; name glance-api under packages/;
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(text)]);
  });

  test('no package source: preflight says so, and nothing is changed', async () => {
    const sourceless = labSpec('sourceless-box', 34, { debian: { mirror: 'http://127.0.0.1:9/debian' } });
    await expect(lab.install(sourceless)).rejects.toMatchObject({
      cause: { type: 'PreconditionFailed', details: [expect.objectContaining({ phase: 'failed' })] },
    });
    const report = await lab.plan(sourceless);
    expect(differencesOf(report, 'preflight')[0]).toMatchObject({
      what: expect.stringMatching(/package source .* does not answer apt/) as string,
    });
    // Nothing has to be forwarded to a box that is reached at its own address.
    const same = report.steps.filter(({ verdict }) => verdict === 'same');
    expect(same.map(({ id }) => id)).toEqual(['reach']);
    await lab.destroy(sourceless.name);
  });
});

describe('an input that is none', () => {
  const cases: [string, string[]][] = [
    ['no argument', []],
    ['null', ['--input', 'null']],
    ['a number', ['--input', '42']],
    ['another shape', ['--input', '{"spec":{"name":"../etc"}}']],
    ['two arguments', ['--input', '{}', '--input', '{}']],
    ['no JSON at all', ['--input', 'junk', '--input-meta', 'encoding=json/plain']],
    ['bytes', ['--input', 'junk', '--input-meta', 'encoding=binary/plain']],
    ['an unknown encoding', ['--input', 'junk', '--input-meta', 'encoding=of/ours']],
  ];

  test.each(cases)('%s fails as InvalidInput, at once and without a second try', async (_, args) => {
    const cli = await provideTemporalBinary({
      cacheDirectory: cacheDirectory(),
      environment: process.env as Record<string, string>,
      progress: () => undefined,
    });
    const workflowId = `install-box/input-${Math.random().toString(36).slice(2)}`;
    const where = ['--address', await lab.address(), '--workflow-id', workflowId];
    // The command line of Temporal refuses junk it was told is JSON; that is a refusal before anything starts.
    const started = await execa(
      cli,
      ['workflow', 'start', '--type', 'InstallBox', '--task-queue', 'holdfast-control', ...where, ...args],
      { reject: false },
    );
    if (started.exitCode !== 0) {
      expect(started.stderr).toMatch(/JSON/i);
      return;
    }
    const handle = (await lab.client()).workflow.getHandle(workflowId);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.workflowTaskFailedEventAttributes).length).toBe(0);
    const [begun] = (events ?? []).flatMap((event) => event.activityTaskStartedEventAttributes ?? []);
    expect(begun?.attempt).toBe(1);
  });
});

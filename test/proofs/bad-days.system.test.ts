// SPDX-License-Identifier: Apache-2.0
// What goes wrong outside: a full disk, a source that goes down, a service that never answers, inputs that are none.
import { createServer, request as ask, type Server } from 'node:http';
import { mkdir, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { debianSources } from '../../activities/clients/debian-sources.ts';
import { boxHost } from '../../activities/clients/host/host.ts';
import { boxDirectory } from '../../activities/clients/host/places.ts';
import { recordedImage } from '../../activities/box/image.ts';
import type { Progress, RowProgress } from '../../workflows/contracts/progress.ts';
import { provideTemporalBinary } from '../../workers/embedded/temporal-binary.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { cacheDirectory } from '../system/cache-directory.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.dispose());

const parkedRow = (progress: Progress): RowProgress | undefined =>
  progress.rows.find((row) => row.status === 'parked');

async function parked(handle: WorkflowHandle, seconds: number): Promise<RowProgress> {
  const progress = await lab.until(
    handle,
    'needs-operator',
    ({ phase }) => phase === 'needs-operator',
    seconds,
  );
  return parkedRow(progress) as RowProgress;
}

async function resolved(handle: WorkflowHandle, row: RowProgress): Promise<Progress> {
  await lab.resolve(handle, { row: row.id, occurrence: row.occurrence, action: 'retry' });
  return (await handle.result()) as Progress;
}

describe('a bad day', () => {
  test('the disk of the box is full: the run parks with the deepest cause, and goes on after the fix', async () => {
    const spec = labSpec('full-box', 31);
    const disk = boxDirectory(spec.name);
    await mkdir(disk, { recursive: true });
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'box-disk', disk]);
    try {
      // Preflight would refuse so small a disk; it fills up after preflight has looked.
      await execa('mount', ['-o', 'remount,size=4g', disk]);
      const handle = await lab.startInstall(spec);
      await lab.until(handle, 'root prepared', ({ rows }) =>
        rows.some(({ id, status }) => id === 'root' && status === 'changed'),
      );
      await execa('mount', ['-o', 'remount,size=24m', disk]);
      const row = await parked(handle, 300);
      expect(`${row.failure?.message ?? ''} ${row.failure?.cause ?? ''}`).toMatch(/No space left on device/);
      await execa('mount', ['-o', 'remount,size=4g', disk]);
      expect((await resolved(handle, row)).phase).toBe('done');
    } finally {
      await execa('umount', ['-l', disk], { reject: false });
      await lab.destroy(spec.name);
    }
  });

  test('the package source goes down under the build: the run parks, and goes on once it is back', async () => {
    const mirror = await Mirror.start();
    const spec = labSpec('source-box', 32, { debian: { mirror: mirror.url } });
    const handle = await lab.startInstall(spec);
    await lab.until(handle, 'building', ({ rows }) =>
      rows.some(({ id, status }) => id === 'image' && status === 'applying'),
    );
    mirror.isDown = true;
    const row = await parked(handle, 300);
    expect(row.id).toBe('image');
    expect(row.failure).toMatchObject({
      code: 'Rejected',
      logPath: expect.stringContaining('/jobs/') as string,
    });
    mirror.isDown = false;
    expect((await resolved(handle, row)).phase).toBe('done');
    const image = (await recordedImage(spec.name)) ?? '';
    await lab.destroy(spec.name);
    await rm(image, { recursive: true, force: true });
    await mirror.stop();
  });

  test('a service never answers: the run parks, and goes on after the fix', async () => {
    const spec = labSpec('silent-box', 33);
    await lab.install(spec);
    const host = boxHost(spec.name);
    await host.output([
      'sh',
      '-c',
      'systemctl stop keystone; mv /usr/bin/keystone-wsgi-public /usr/bin/away',
    ]);
    const handle = await lab.startInstall(spec);
    const row = await parked(handle, 400);
    expect(row).toMatchObject({ id: 'keystone.service', tries: 2, failure: { code: 'VerifyFailed' } });
    await host.output(['mv', '/usr/bin/away', '/usr/bin/keystone-wsgi-public']);
    expect((await resolved(handle, row)).phase).toBe('done');
    await lab.destroy(spec.name);
  });

  test('no package source: preflight says so, and nothing is changed', async () => {
    const spec = labSpec('sourceless-box', 34, { debian: { mirror: 'http://127.0.0.1:9/debian' } });
    await expect(lab.install(spec)).rejects.toMatchObject({
      cause: { type: 'PreconditionFailed', details: [expect.objectContaining({ phase: 'failed' })] },
    });
    const report = await lab.plan(spec);
    expect(report.rows[0]?.differences[0]).toMatchObject({
      what: expect.stringMatching(/package source .* is silent/) as string,
    });
    expect(report.rows.slice(1).map((row) => row.verdict)).not.toContain('same');
    await lab.destroy(spec.name);
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

/** A mirror of this machine's own Debian source that can be down: it passes requests on, or cuts them. */
class Mirror {
  isDown = false;
  url = '';
  #server: Server | null = null;

  static async start(): Promise<Mirror> {
    const sources = await debianSources('trixie', undefined);
    const upstream = /^URIs: (\S+)$/m.exec(sources?.text ?? '')?.[1]?.replace(/\/$/, '') ?? '';
    const mirror = new Mirror();
    mirror.#server = createServer((incoming, outgoing) => {
      if (mirror.isDown) return void incoming.socket.destroy();
      const onward = ask(
        `${upstream}${incoming.url?.replace(/^\/debian/, '') ?? ''}`,
        { headers: { accept: '*/*' } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      onward.end();
    });
    await new Promise<void>((resolve) => mirror.#server?.listen(0, '127.0.0.1', () => resolve()));
    mirror.url = `http://127.0.0.1:${(mirror.#server.address() as { port: number }).port}/debian`;
    return mirror;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

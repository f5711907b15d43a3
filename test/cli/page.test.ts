// SPDX-License-Identifier: Apache-2.0
// The overview page: what it shows of records and runs, what it says when Temporal is silent, and that no text becomes markup.
import { describe, expect, it } from 'vitest';
import type { RunDescription } from '../../cli/temporal/temporal-client.ts';
import { holdfast, instant, labFiles } from './doubles/samples.ts';

const nextCommand = 'holdfast op resolve install-box/lab --step token --retry';
const waiting: RunDescription = {
  id: 'install-box/lab',
  runId: '1f',
  type: 'InstallBox',
  status: 'running',
  startedAt: instant(-60),
  memo: { phase: 'needs-operator', steps: {}, step: 'token', cause: '<script>refused', nextCommand },
};
const sample = (result: 'good' | 'bad', at: number) => ({
  cloud: 'lab-test',
  result,
  startedAt: instant(at),
  seconds: 61.2,
  throughput: {},
  phases: [],
});
const canaries = [sample('good', -1200), sample('bad', -600)].map((run) => JSON.stringify(run)).join('\n');
const credentials = {
  users: [
    {
      user: 'glance',
      generation: 3,
      name: 'glance-3',
      createdAt: instant(-86_400),
      dueAt: instant(86_400),
      expiresAt: instant(30 * 86_400),
      roles: ['service'],
      acknowledgedAt: null,
      previous: null,
    },
  ],
};
const files = {
  ...labFiles,
  '/state/canaries/lab-test.ndjson': canaries,
  '/state/boxes/lab/credentials.json': JSON.stringify(credentials),
  '/state/boxes/cut/spec.json': '{"apiVersion":',
};

describe('holdfast page', () => {
  it('shows who must act first, with the command, and every text as text', async () => {
    const { stdout, io, exitCode } = await holdfast(
      { args: ['page'], files },
      { runs: [waiting], isOnlyRuns: true },
    );
    expect([exitCode, stdout]).toEqual([0, '/work/holdfast.html\n']);
    const page = io.writtenFiles['/work/holdfast.html'] ?? '';
    expect(page).toContain('action needed');
    expect(page).toContain(nextCommand);
    expect(page).toContain('&lt;script&gt;refused');
    expect(page).not.toContain('<script');
    expect(page.indexOf('Who must act')).toBeLessThan(page.indexOf('<h2>Boxes'));
    // One record's damage hides no other.
    expect(page).toMatch(/<h3>\s*lab/);
    expect(page).toMatch(/<b>cut</);
    expect(page).toContain('lab: credential of glance');
    expect(page).toContain('2 runs, 1 of them bad');
    expect(page).toMatch(/<title>\d{4}-\d\d-\d\d \d\d:\d\d UTC: bad, 61.2 s<\/title>/);
    expect(page).not.toContain('[object');
    expect(io.supervised).toEqual(['status']);
  });

  it('names a run that waits, however many began after it', async () => {
    const newer = Array.from({ length: 500 }, (_, index): RunDescription => ({
      id: `canary/lab-test/${index}`,
      runId: `c${index}`,
      type: 'Canary',
      status: 'completed',
      startedAt: instant(index),
      closedAt: instant(index + 1),
    }));
    const runs = { runs: [...newer, waiting], isOnlyRuns: true };
    const { io } = await holdfast({ args: ['page'], files }, runs);
    expect(io.writtenFiles['/work/holdfast.html']).toContain(nextCommand);
    // The list of runs, too.
    const list = await holdfast({ args: ['op', 'list', '--limit', '3'] }, runs);
    expect(list.stdout.split('\n')[1]).toContain('install-box/lab');
    expect(list.stdout.split('\n').filter((line) => line.startsWith('canary/'))).toHaveLength(3);
  });

  it('holds nothing from elsewhere', async () => {
    const { stdout } = await holdfast(
      { args: ['page', '--output', '-'], files },
      { runs: [], isOnlyRuns: true },
    );
    expect(stdout).toContain('default-src &#39;none&#39;');
    expect(stdout).not.toMatch(/<(script|link|img|iframe)|@import|url\(/);
  });

  it('shows canaries of a cloud that is recorded nowhere, and none of a box that is gone', async () => {
    const measured = {
      ...files,
      '/state/canaries/acme.ndjson': JSON.stringify({ ...sample('bad', -600), cloud: 'acme' }),
      '/state/canaries/gone-test.ndjson': JSON.stringify({ ...sample('bad', -600), cloud: 'gone-test' }),
      '/state/canaries/old.ndjson': JSON.stringify({ ...sample('bad', -90_000), cloud: 'old' }),
      '/state/canaries/acme.console': 'login:',
    };
    const destroyed: RunDescription = {
      id: 'destroy-box/gone',
      runId: 'd1',
      type: 'DestroyBox',
      status: 'completed',
      startedAt: instant(-300),
      closedAt: instant(-200),
    };
    const runs = { runs: [destroyed], isOnlyRuns: true };
    const { stdout } = await holdfast({ args: ['page', '--json'], files: measured }, runs);
    const { canaries: shown } = JSON.parse(stdout) as { canaries: { cloud: string; isRecorded: boolean }[] };
    expect(shown.map(({ cloud, isRecorded }) => [cloud, isRecorded])).toEqual([
      ['lab-test', true],
      ['acme', false],
    ]);
    const { io } = await holdfast({ args: ['page'], files: measured }, runs);
    const page = io.writtenFiles['/work/holdfast.html'] ?? '';
    expect(page).toMatch(/acme<br \/><small class="quiet">not recorded here/);
    expect(page).toMatch(/<b>2<\/b>clouds whose last canary failed/);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await holdfast(
      { args: ['page', '--json'], files },
      { runs: [waiting], isOnlyRuns: true },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      temporalAnswers: true,
      tasks: expect.arrayContaining([
        expect.objectContaining({ subject: 'install-box/lab', command: nextCommand, by: null }),
      ]) as unknown,
      canaries: [{ cloud: 'lab-test' }],
    });
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  latencyPlot,
  niceTop,
  plotRange,
  stretchesOf,
  timeTicks,
} from '../../cli/views/page/latency-plot.ts';
import { holdfast, instant, labFiles, progress, step } from './doubles/samples.ts';

const cloudsYaml = '/state/boxes/lab/access/clouds.yaml';
const testFiles = { ...labFiles, [cloudsYaml]: 'clouds:\n  lab-admin: {}\n  lab-test: {}\n' };

const run = {
  cloud: 'lab-test',
  result: 'good',
  startedAt: instant(0),
  seconds: 61.2,
  throughput: { out: 69, in: 40 },
  phases: [
    { phase: 'server', seconds: 14, outcome: 'good' },
    { phase: 'ssh', seconds: 5.25, outcome: 'good', note: 'host key as on the console' },
    { phase: 'volume', seconds: 0.01, outcome: 'skipped', note: 'the catalog has no block storage' },
  ],
};
const failure = { code: 'Unreachable', message: 'No login by ssh', on: '203.0.113.5', hint: 'Wait' };
const badRun = {
  ...run,
  result: 'bad',
  failedPhase: 'ssh',
  failure,
  consoleTail: 'init\n<script>ready',
  phases: [run.phases[0], { phase: 'ssh', seconds: 300, outcome: 'failed' }],
};
const ended = (value: unknown) => ({
  moments: [
    {
      run: { type: 'Canary', status: 'completed' as const },
      answer: { kind: 'progress' as const, progress: progress('done', [step('canary', 'changed')]) },
    },
  ],
  end: { kind: 'completed' as const, value },
});

describe('canary run', () => {
  it('starts a run and tells each phase with its time', async () => {
    const { stdout, exitCode, client } = await holdfast(
      { args: ['canary', 'run', 'lab-test'], files: testFiles },
      ended(run),
    );
    expect(client.started[0]).toMatchObject({
      type: 'Canary',
      id: 'canary/lab-test',
      input: { cloud: 'lab-test' },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "✓  server  14.0 s
      ✓  ssh     5.3 s   host key as on the console
      -  volume          the catalog has no block storage
      canary of lab-test: good after 61.2 s
      "
    `);
  });

  it('exits 1 with the console when the result is bad', async () => {
    const { stdout, stderr, exitCode } = await holdfast(
      { args: ['canary', 'run', 'lab-test'], files: testFiles },
      ended(badRun),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('canary of lab-test: bad at ssh');
    expect(stdout).toContain('  init\n');
    expect(stderr).toContain('No login by ssh');
    // A run that has ended is not resolved: it is started again.
    expect(stderr).not.toContain('--retry');
    expect(stderr).toContain('next    holdfast canary run lab-test\n');
  });

  it('says why when the run could not begin', async () => {
    const unbegun = { result: 'bad', seconds: 0, failure: { ...failure, code: 'InvalidInput' } };
    const { stderr, exitCode } = await holdfast(
      { args: ['canary', 'run', 'lab-test'], files: testFiles },
      ended(unbegun),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('No login by ssh');
  });

  it.each([
    [
      'no file names the cloud',
      ['canary', 'run', 'lab-tset'],
      {},
      /No clouds\.yaml names the cloud lab-tset.*\n {2}Did you mean lab-test\?\n {2}clouds named: lab-admin, lab-test\n/,
    ],
    [
      'the file is no YAML',
      ['canary', 'run', 'acme', '--clouds', 'mine.yaml'],
      { files: { '/work/mine.yaml': 'clouds: [' } },
      /mine\.yaml cannot be read as a clouds\.yaml; nothing was started/,
    ],
    [
      'the file is a folder',
      ['canary', 'run', 'acme', '--clouds', 'mine.yaml'],
      { unreadable: ['/work/mine.yaml'] },
      /mine\.yaml cannot be read as a clouds\.yaml; nothing was started/,
    ],
  ])('starts nothing when %s', async (_, args, extra, text) => {
    const { stderr, exitCode, client, io } = await holdfast({ args, files: testFiles, ...extra });
    expect([exitCode, client.started, io.supervised]).toEqual([2, [], []]);
    expect(stderr).toMatch(text);
  });

  it('finds the cloud of one box when the access file of another is damaged', async () => {
    const files = {
      ...testFiles,
      '/state/boxes/cut/spec.json': '{',
      '/state/boxes/cut/access/clouds.yaml': 'clouds: [',
    };
    const { exitCode } = await holdfast({ args: ['canary', 'run', 'lab-test'], files }, ended(run));
    expect(exitCode).toBe(0);
  });

  it('hands over the file that names the cloud, and refuses one that does not', async () => {
    const files = { '/work/mine.yaml': 'clouds:\n  acme: {}\n' };
    const args = ['canary', 'run', 'acme', '--clouds', 'mine.yaml', '--detach'];
    const { client } = await holdfast({ args, files });
    expect(client.started[0]).toMatchObject({ input: { cloud: 'acme', cloudsFile: '/work/mine.yaml' } });
    const refused = await holdfast({ args: ['canary', 'run', 'other', '--clouds', 'mine.yaml'], files });
    expect([refused.exitCode, refused.client.started]).toEqual([2, []]);
    expect((await holdfast({ args: ['canary', 'run', '../x'] })).exitCode).toBe(2);
  });
});

const minutes = (count: number): number => count * 60_000;
const point = (at: number, isGood = true) => ({ at, value: 1, isGood, label: '' });

describe('the plot of a check', () => {
  it('joins runs at their usual distance, and neither over a gap nor over a failure', () => {
    const at = [0, 10, 20, 200, 210, 220, 230, 240].map(minutes);
    const points = at.map((time) => point(time, time !== minutes(220)));
    const { gap } = plotRange(at);
    expect(gap).toBe(minutes(30));
    const starts = stretchesOf(points, gap).map((stretch) => stretch.map((each) => each.at / 60_000));
    expect(starts).toEqual([
      [0, 10, 20],
      [200, 210],
      [230, 240],
    ]);
  });

  it.each([
    [
      'hours of one day',
      '2026-01-05T09:10',
      '2026-01-05T14:00',
      ['01-05 10:00', '11:00', '12:00', '13:00', '14:00'],
    ],
    [
      'three days',
      '2026-01-05T09:10',
      '2026-01-08T08:00',
      ['01-05 12:00', '01-06', '12:00', '01-07', '12:00', '01-08'],
    ],
    ['a month', '2026-01-01T00:00', '2026-01-31T00:00', ['01-01', '01-08', '01-15', '01-22', '01-29']],
    ['one moment', '2026-01-05T09:10', '2026-01-05T09:10', ['01-05 09:10']],
  ])('names days on its axis: %s', (_, begin, end, labels) => {
    const range = { begin: Date.parse(`${begin}Z`), end: Date.parse(`${end}Z`), gap: 0 };
    expect(timeTicks(range).map(({ label }) => label)).toEqual(labels);
  });

  it('writes no label of its axis over the next one', () => {
    const begin = Date.parse('2026-11-28T16:10Z');
    const labelsTo = (end: string) => {
      const { text } = latencyPlot([], { begin, end: Date.parse(end), gap: 0 }, 's');
      return [...text.matchAll(/>(\d\d[-:]\d\d(?: \d\d:\d\d)?)</g)].map(([, label]) => label);
    };
    expect(labelsTo('2026-11-28T18:10Z').slice(0, 2)).toEqual(['11-28 16:15', '16:45']);
    expect(labelsTo('2026-11-30T16:10Z').slice(0, 3)).toEqual(['18:00', '11-29', '06:00']);
    expect(labelsTo('2026-11-28T19:30Z').slice(0, 2)).toEqual(['11-28 17:00', '18:00']);
  });
});

describe('canary report', () => {
  const file = '/state/canaries/lab-test.ndjson';
  const files = { [file]: `${JSON.stringify(run)}\n{"half\n${JSON.stringify(badRun)}\n` };

  it('writes one page with a plot per phase, that needs nothing and obeys nothing of its samples', async () => {
    const { stdout, io } = await holdfast({
      args: ['canary', 'report', 'lab-test', '--output', 'c.html'],
      files,
    });
    expect(stdout).toBe('/work/c.html\n');
    const page = io.writtenFiles['/work/c.html'] ?? '';
    for (const title of ['whole run', 'server', 'ssh', 'MB/s out of the guest'])
      expect(page).toContain(title);
    expect(page.match(/<svg\b/g)).toHaveLength(5);
    expect(page).toContain('class="cross"');
    expect(page).toContain('&lt;script&gt;ready');
    expect(page).not.toMatch(/<script|https?:\/\//);
  });

  it('prints the runs with --json, and says where it looked when there are none', async () => {
    const { stdout } = await holdfast({ args: ['canary', 'report', 'lab-test', '--json'], files });
    expect((JSON.parse(stdout) as unknown[]).length).toBe(2);
    const none = await holdfast({ args: ['canary', 'report', 'lab-test'] });
    expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining(file)]);
  });

  it('niceTop() is the next number that people can read', () => {
    expect([0.02, 0.9, 1.1, 4, 61.2, 300].map(niceTop)).toEqual([0.02, 1, 2, 5, 100, 500]);
  });
});

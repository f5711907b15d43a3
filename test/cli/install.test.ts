// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { boxSpecSchema } from '../../workflows/contracts/box/box-spec.schema.ts';
import { readyLine } from './doubles/fake-io.ts';
import { holdfast, instant, labFiles, labSpec, parkedProgress, progress, step } from './doubles/samples.ts';

/** Its keys in the order in which the schema has them. */
const textOf = (spec: object) => `${JSON.stringify(boxSpecSchema.parse(spec))}\n`;
const wantedOf = (spec: object) => ({
  name: 'lab',
  specDigest: createHash('sha256').update(textOf(spec)).digest('hex'),
});
const pathOf = (spec: object) => `/state/boxes/lab/wanted/${wantedOf(spec).specDigest}.json`;

const file = ['box', 'install', 'lab.yaml'];
const steps = (schema: ReturnType<typeof step>) => [step('spec', 'same'), schema];
const applying = progress('running', steps(step('schema', 'applying', { startedAt: instant(0) })));
const finished = progress(
  'done',
  steps(step('schema', 'changed', { startedAt: instant(0), endedAt: instant(8) })),
  {
    endedAt: instant(8),
  },
);
const moments = [
  { answer: { kind: 'progress', progress: applying } },
  { run: { status: 'completed', closedAt: instant(8) } },
] as const;
const good = { moments, end: { kind: 'completed', value: finished } } as const;

describe('box install', () => {
  it('records the complete spec and starts the workflow with its digest', async () => {
    const { client, io } = await holdfast({ args: file }, good);
    expect(client.started).toEqual([
      {
        type: 'InstallBox',
        id: 'install-box/lab',
        summary: 'install box lab',
        input: { ...wantedOf(labSpec), takeOver: false },
      },
    ]);
    expect(io.writtenFiles).toEqual({ [pathOf(labSpec)]: textOf(labSpec) });
  });

  it('prints a line per change and where everything is when it ends well', async () => {
    const { stdout, stderr, exitCode } = await holdfast({ args: file }, good);
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      [
        '    0s  install-box/lab started',
        '    0s  spec  same',
        '    0s  schema  applying',
        '    1s  schema  changed in 8s',
        'same 1  changed 1  skipped 0  parked 0  failed 0  pending 0  in 8s',
        '',
      ].join('\n'),
    );
    expect(stdout).toMatchSnapshot();
    expect(stdout).not.toContain('destroy');
  });

  it.each([
    [labSpec.services, true],
    [['identity'], false],
  ])('proposes servers to a box with the services %j: %s', async (services, hasServers) => {
    const spec = { ...labSpec, services };
    const clouds = 'clouds:\n  lab-admin: {}\n  lab-test: {}\n';
    const files = {
      '/state/boxes/lab/spec.json': JSON.stringify(spec),
      '/state/boxes/lab/access/clouds.yaml': clouds,
    };
    const { stdout } = await holdfast({ args: ['box', 'install', 'lab'], files }, good);
    expect(stdout.includes('server list')).toBe(hasServers);
  });

  it('takes the name of a recorded box', async () => {
    const { client, exitCode } = await holdfast({ args: ['box', 'install', 'lab', '--take-over'] }, good);
    expect(exitCode).toBe(0);
    expect(client.started[0]?.input).toEqual({ ...wantedOf(labSpec), takeOver: true });
  });

  it('says what was started when something was dead, and nothing otherwise', async () => {
    const started = JSON.stringify({ type: 'started', what: 'worker', pid: 7 });
    const { stderr } = await holdfast(
      { args: [...file, '-q'], supervisor: [{ lines: [started, readyLine] }] },
      good,
    );
    expect(stderr.split('\n')[0]).toBe('Not everything was running: started the worker (pid 7)');
  });

  it('prints a still-running line each 30 s', async () => {
    const slow = Array.from({ length: 65 }, () => moments[0]);
    const { stderr } = await holdfast({ args: file }, { ...good, moments: [...slow, moments[1]] });
    expect(stderr.match(/.*still running.*/g)).toEqual(
      ['   30s  still running  schema applying 30s', '  1m00s  still running  schema applying 1m00s'].map(
        (line) => line.replace(/^ {2}1m/, ' 1m'),
      ),
    );
  });

  it('exits with 5 and tells what to do when the run parks', async () => {
    const parked = { moments: [{ answer: { kind: 'progress', progress: parkedProgress } }] } as const;
    const { stderr, stdout, exitCode } = await holdfast({ args: file }, parked);
    expect(exitCode).toBe(5);
    expect(stdout).toBe('');
    expect(stderr).toMatchSnapshot();
  });

  it('exits with 8 at Ctrl-C and leaves the run alone', async () => {
    const endless = { moments: [moments[0]] };
    const { stderr, exitCode, client } = await holdfast(
      { args: file, interruptAfterMilliseconds: 2000 },
      endless,
    );
    expect(exitCode).toBe(8);
    expect(client.cancelled).toEqual([]);
    expect(stderr).toContain('back to it: holdfast op watch install-box/lab');
  });

  it('prints the id and exits with 8 with --detach', async () => {
    const { stdout, exitCode } = await holdfast({ args: [...file, '--detach'] }, good);
    expect([stdout, exitCode]).toEqual(['install-box/lab\n', 8]);
  });

  it('exits by the kind of error when the run fails', async () => {
    const failure = {
      code: 'PreconditionFailed',
      message: 'This machine: 1 not met',
      on: 'preflight',
      hint: 'Fix it',
    } as const;
    const failed = progress('failed', [step('preflight', 'failed', { failure })], { failure });
    const end = { kind: 'failed', code: failure.code, message: failure.message, details: [failed] } as const;
    const { stderr, exitCode } = await holdfast(
      { args: file },
      { moments: [{ run: { status: 'failed', closedAt: instant(2) } }], end },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatchSnapshot();
  });
});

describe('box install when one runs already', () => {
  it('attaches when the input is the same, whoever may take over', async () => {
    const runningInput = { ...wantedOf(labSpec), takeOver: true };
    const { stderr, exitCode, client } = await holdfast(
      { args: file },
      { ...good, runningInput, moments: [moments[0], ...moments] },
    );
    expect(exitCode).toBe(0);
    expect(client.started).toEqual([]);
    expect(stderr).toContain('install-box/lab attached');
  });

  it('refuses another input with each differing path and the command that ends the run', async () => {
    const networks = { management: { ...labSpec.networks.management, address: '10.77.1.9' } };
    const other = { ...labSpec, region: 'Other', networks };
    const runningInput = { ...wantedOf(other), takeOver: false };
    const files = { ...labFiles, [pathOf(other)]: textOf(other) };
    const { stderr, exitCode } = await holdfast({ args: file, files }, { ...good, runningInput });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      [
        'error: install-box/lab runs already, with another input; nothing was started',
        '  spec.region: runs with "Other", asked for "RegionOne"',
        '  spec.networks.management.address: runs with "10.77.1.9", asked for "10.77.1.2"',
        'next: holdfast box install lab.yaml --replace',
        '',
      ].join('\n'),
    );
  });
});

describe('box install --replace', () => {
  const other = { ...labSpec, region: 'Other' };
  const runningInput = { ...wantedOf(other), takeOver: false };
  const files = { ...labFiles, [pathOf(other)]: textOf(other) };
  const args = [...file, '--replace'];

  it('ends the run with the other spec, waits for its end and starts', async () => {
    const ended = { run: { status: 'cancelled', closedAt: instant(2) } } as const;
    const { exitCode, client } = await holdfast(
      { args, files },
      {
        ...good,
        runningInput,
        endsWhenCancelled: true,
        moments: [moments[0], moments[0], ended, ...moments],
      },
    );
    expect([exitCode, client.cancelled]).toEqual([0, ['install-box/lab']]);
    expect(client.started).toMatchObject([{ input: wantedOf(labSpec) }]);
  });

  it('attaches to a run with the same spec and ends none', async () => {
    const { client } = await holdfast(
      { args, files },
      { ...good, runningInput: { ...wantedOf(labSpec), takeOver: false }, moments: [moments[0], ...moments] },
    );
    expect([client.cancelled, client.started]).toEqual([[], []]);
  });
});

describe('box install in bad weather', () => {
  it('falls back to the memo and shows that no worker answers, then goes on', async () => {
    const memo = { phase: 'running', steps: { spec: 'same', schema: 'applying' } };
    const dark = { run: { memo }, answer: { kind: 'no-worker' } } as const;
    const { stderr, exitCode } = await holdfast(
      { args: file },
      { ...good, moments: [moments[0], dark, dark, ...moments] },
    );
    expect(exitCode).toBe(0);
    expect(stderr).toContain('no worker on queue holdfast-control\n');
    expect(stderr).toContain('a worker answers again');
  });

  it('brings a dead Temporal back, says so and goes on', async () => {
    const started = JSON.stringify({ type: 'started', what: 'temporal', pid: 9 });
    const supervisor = [{ lines: [readyLine] }, { lines: [started, readyLine] }];
    const { stderr, exitCode, io } = await holdfast(
      { args: file, supervisor },
      { ...good, moments: [moments[0], { isSilent: true }, ...moments] },
    );
    expect(exitCode).toBe(0);
    expect(io.supervised).toEqual(['up', 'status', 'up']);
    expect(stderr).toContain('Temporal does not answer: connection refused; starting what is dead');
    expect(stderr).toContain('started Temporal (pid 9)');
  });

  it('exits with 4 when Temporal cannot be reached', async () => {
    const error = {
      type: 'error',
      code: 'Unreachable',
      message: 'Temporal at x:1 does not answer',
      hint: 'Check the address',
    };
    const { stderr, exitCode } = await holdfast({
      args: file,
      supervisor: [{ lines: [JSON.stringify(error)], exitCode: 4 }],
    });
    expect(exitCode).toBe(4);
    expect(stderr).toBe('error: Temporal at x:1 does not answer\nnext: Check the address\n');
  });
});

describe('box install --json', () => {
  it('prints typed records and nothing else on stdout', async () => {
    const { stdout, stderr } = await holdfast({ args: [...file, '--json'] }, good);
    expect(stderr).toBe('');
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; code: string });
    expect(records.map(({ type, code }) => `${type} ${code}`)).toEqual([
      'start started',
      'step same',
      'step applying',
      'step changed',
      'result done',
    ]);
    expect(records[0]).toMatchObject({ data: { schemaVersion: 1, id: 'install-box/lab' } });
    expect(records.at(-1)).toMatchObject({
      data: { exitCode: 0, recap: { same: 1, changed: 1 }, elapsedSeconds: 8 },
    });
  });

  it('ends with a blocked record and the result when the run parks', async () => {
    const { stdout, exitCode } = await holdfast(
      { args: [...file, '--json'] },
      { moments: [{ answer: { kind: 'progress', progress: parkedProgress } }] },
    );
    expect(exitCode).toBe(5);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; code: string; data: object });
    expect(records.slice(-2)).toMatchObject([
      { type: 'blocked', code: 'Rejected', data: { step: 'keystone.schema', occurrence: 3 } },
      { type: 'result', code: 'parked', data: { exitCode: 5 } },
    ]);
  });

  it('ends with an error as its last record', async () => {
    const { stdout, exitCode } = await holdfast({ args: ['box', 'install', 'none.yaml', '--json'] });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', code: 'error', data: { exitCode: 2 } });
  });
});

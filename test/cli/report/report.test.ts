// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../workflows/contracts/run/progress.ts';
import { holdfast, instant, labFiles, labSpec, reportStep } from '../doubles/samples.ts';

const difference = (what: string, have: string, want: string) => ({ what, have, want });
const report: Report = {
  operation: 'plan',
  subject: 'lab',
  result: 'differs',
  observedAt: instant(3),
  inputDigest: 'abcdef0123456789',
  steps: [
    reportStep('preflight', 'same', { changes: false }),
    reportStep('spec', 'differs', {
      count: 1,
      differences: [difference('recorded spec', 'none', 'recorded')],
      after: ['preflight'],
    }),
    reportStep('image', 'differs', {
      count: 5,
      differences: ['a', 'b', 'c', 'd'].map((what) => difference(what, 'old', 'new')),
      after: ['spec'],
    }),
    reportStep('secrets', 'same', { after: ['spec'] }),
    reportStep('root', 'waits', { waitsFor: 'image', after: ['secrets', 'image'] }),
    reportStep('clock', 'failed', {
      failure: {
        code: 'Rejected',
        message: 'The clock cannot be read',
        cause: 'permission denied',
        on: 'lab',
        hint: '',
      },
      after: ['spec'],
    }),
  ],
};
const same: Report = { ...report, result: 'same', steps: report.steps.slice(0, 1) };
const seen = (value: Report, type = 'PlanBox') =>
  ({
    moments: [{ run: { type, status: 'completed', closedAt: instant(3) } }],
    end: { kind: 'completed', value },
  }) as const;

describe('box plan', () => {
  it('says whose worker alone can see a step that no report asks for', async () => {
    const token = reportStep('token', 'waits', { queue: 'token.lab', changes: false });
    const { stdout } = await holdfast(
      { args: ['box', 'plan', 'lab.yaml'] },
      seen({ ...report, steps: [token] }),
    );
    expect(stdout).toContain('? token  Title of token  only the worker of token.lab can tell');
  });

  it('prints steps, order and counts, the same each time', async () => {
    const { stdout, stderr, exitCode } = await holdfast({ args: ['box', 'plan', 'lab.yaml'] }, seen(report));
    expect([stderr, exitCode]).toEqual(['    0s  plan/lab started\n', 0]);
    expect(stdout).toMatchInlineSnapshot(`
      "plan lab   input abcdef0123456789
        + spec   Title of spec
            recorded spec: recorded
        ~ image  Title of image  5 differences
            a: old -> new
            b: old -> new
            c: old -> new
            and 2 more
        ? root   Title of root   waits for image
        ✗ clock  Title of clock  cannot be seen
            The clock cannot be read: permission denied
        = 2 already as wanted
      order, side by side on one line:
         1  spec
         2  image  clock
         3  root
      1 add, 1 change, 2 same, 1 wait, 1 failed
      "
    `);
  });

  it('exits with 3 with --exit-code only when something differs', async () => {
    const args = ['box', 'plan', 'lab', '--exit-code'];
    expect((await holdfast({ args }, seen(report))).exitCode).toBe(3);
    expect((await holdfast({ args }, seen(same))).exitCode).toBe(0);
  });

  it('is what box install --plan runs', async () => {
    const { client, stdout } = await holdfast({ args: ['box', 'install', 'lab.yaml', '--plan'] }, seen(same));
    expect(client.started[0]).toMatchObject({ type: 'PlanBox', id: 'plan/lab' });
    expect(stdout).toBe(
      'plan lab   input abcdef0123456789\n  = 1 already as wanted\n0 add, 0 change, 1 same, 0 wait\n',
    );
  });

  it('marks a precondition that is not met as the end of a run', async () => {
    const unmet = reportStep('preflight', 'differs', {
      changes: false,
      count: 1,
      differences: [difference('disk', '1 GB', '3 GB')],
    });
    const { stdout, exitCode } = await holdfast(
      { args: ['box', 'plan', 'lab'] },
      seen({ ...report, steps: [unmet] }),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '  ✗ preflight  Title of preflight  not met: the run would end here\n      disk: 1 GB -> 3 GB\n',
    );
  });

  it('names what the new spec leaves behind', async () => {
    const recorded = {
      ...labSpec,
      region: 'Old',
      seeds: { ...labSpec.seeds, projects: [{ name: 'demo', description: '' }] },
    };
    const { stdout } = await holdfast(
      {
        args: ['box', 'plan', 'lab.yaml'],
        files: { ...labFiles, '/state/boxes/lab/spec.json': JSON.stringify(recorded) },
      },
      seen(same),
    );
    expect(stdout).toContain('  = stays  region Old, with its endpoints: the new spec does not name it');
    expect(stdout).toContain('  = stays  project demo, with what it holds: the new spec does not name it');
  });

  it('carries the whole report in its result record with --json', async () => {
    const { stdout } = await holdfast({ args: ['box', 'plan', 'lab', '--json'] }, seen(report));
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
      data: { report },
    });
  });
});

describe('box drift', () => {
  it('names the holder when the box is busy, and exits with 1', async () => {
    const busy: Report = {
      ...report,
      operation: 'drift',
      result: 'busy',
      holder: 'install-box/lab',
      steps: [],
    };
    const { stdout, exitCode, client } = await holdfast(
      { args: ['box', 'drift', 'lab'] },
      seen(busy, 'DriftBox'),
    );
    expect(client.started[0]).toMatchObject({
      type: 'DriftBox',
      id: 'drift/lab',
      input: { name: 'lab', takeOver: false },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('busy: held by install-box/lab');
  });

  it('exits with 1 when a step could not be observed, whatever the others say', async () => {
    const broken = reportStep('token', 'failed', {
      failure: { code: 'Rejected', message: 'No answer', on: 'keystone', hint: 'none' },
    });
    const unknown: Report = { ...report, operation: 'drift', steps: [...report.steps, broken] };
    const { exitCode } = await holdfast({ args: ['box', 'drift', 'lab'] }, seen(unknown, 'DriftBox'));
    expect(exitCode).toBe(1);
  });

  it('exits with 1 when a condition is not met that no install mends', async () => {
    const unmet = reportStep('preflight', 'differs', {
      changes: false,
      count: 1,
      differences: [{ what: 'clock', have: 'wrong', want: 'right' }],
    });
    const differs: Report = { ...report, operation: 'drift', steps: [...report.steps, unmet] };
    const { exitCode } = await holdfast(
      { args: ['box', 'drift', 'lab', '--exit-code'] },
      seen(differs, 'DriftBox'),
    );
    expect(exitCode).toBe(1);
  });

  it('refuses a box that is not recorded', async () => {
    const { stderr, exitCode, client } = await holdfast({ args: ['box', 'drift', 'other'] }, seen(same));
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toBe(
      'error: There is no box other in /state\n  boxes recorded: lab\nnext: holdfast box list\n',
    );
  });
});

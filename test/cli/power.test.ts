// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RunDescription } from '../../cli/temporal/temporal-client.ts';
import { holdfast, instant, progress, step } from './doubles/samples.ts';

const done = (type: string) => ({
  moments: [{ run: { type, status: 'completed' as const, closedAt: instant(9) } }],
  end: { kind: 'completed' as const, value: progress('done', [step('boot', 'changed')]) },
});

describe('box start, stop and restart', () => {
  it.each([
    ['start', ['start-box/lab']],
    ['stop', ['stop-box/lab']],
    ['restart', ['stop-box/lab', 'start-box/lab']],
  ])('box %s runs %j', async (verb, ids) => {
    const { client, exitCode } = await holdfast({ args: ['box', verb, 'lab'] }, done('StopBox'));
    expect([exitCode, client.started.map(({ id }) => id)]).toEqual([0, ids]);
  });

  it('a restart boots nothing when the box could not be switched off', async () => {
    const failed = {
      moments: [{ run: { type: 'StopBox', status: 'failed' as const, closedAt: instant(1) } }],
    };
    const end = { kind: 'failed', code: 'Conflict', message: 'held', details: [] } as const;
    const { client, exitCode } = await holdfast({ args: ['box', 'restart', 'lab'] }, { ...failed, end });
    expect([exitCode, client.started.length]).toEqual([1, 1]);
  });

  it('a restart that is left while the box is switched off says how to boot it', async () => {
    const applying = progress('running', [step('power', 'applying')]);
    const { stderr, exitCode, client } = await holdfast(
      { args: ['box', 'restart', 'lab'], interruptAfterMilliseconds: 1500 },
      { moments: [{ answer: { kind: 'progress', progress: applying } }] },
    );
    expect([exitCode, client.started.length]).toEqual([8, 1]);
    expect(stderr).toContain('next: holdfast box start lab, once it is off\n');
  });

  it('refuses a box that is not recorded', async () => {
    const { stderr, exitCode, client } = await holdfast({ args: ['box', 'stop', 'lap'] });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('Did you mean lab?');
  });

  const run = (
    id: string,
    type: string,
    at: number,
    facts: Partial<RunDescription> = {},
  ): RunDescription => ({
    id: `${id}/lab`,
    runId: id,
    type,
    status: 'completed',
    startedAt: instant(at),
    ...facts,
  });
  const installed = run('install-box', 'InstallBox', 0);
  it.each([
    ['installed', [installed]],
    ['stopped', [installed, run('stop-box', 'StopBox', 9)]],
    ['installed', [installed, run('stop-box', 'StopBox', 9), run('start-box', 'StartBox', 19)]],
    ['starting', [installed, run('start-box', 'StartBox', 9, { status: 'running' })]],
    ['installed', [run('install-box', 'InstallBox', 20), run('stop-box', 'StopBox', 9)]],
  ])('box show says %s of it', async (phase, runs) => {
    const { stdout } = await holdfast({ args: ['box', 'show', 'lab', '--json'] }, { runs, isOnlyRuns: true });
    expect(JSON.parse(stdout)).toMatchObject({ phase });
  });
});

describe('box shell', () => {
  const machine = [{ type: 'result', data: ['nsenter', '--target=7', '--', 'bash'] }];

  it('runs what the machine says in front of the person, and passes its exit code on', async () => {
    const { io, exitCode } = await holdfast({ args: ['box', 'shell', 'lab', '--', 'ls', '-l'], machine });
    expect([exitCode, io.ranInFront]).toEqual([3, [['nsenter', '--target=7', '--', 'bash']]]);
    expect(JSON.parse(io.machineAsked[0]?.words[1] ?? '')).toEqual({
      box: 'lab',
      command: ['ls', '-l'],
      isTerminal: false,
      terminal: 'dumb',
    });
    expect(io.supervised).toEqual([]);
  });

  it.each([
    ['packages', '/state/sites/packages/spec.json'],
    ['trust-ca', '/state/authorities/trust/spec.json'],
  ])('enters %s, which serves a mirror or an authority', async (box, path) => {
    const asked = { args: ['box', 'shell', box], machine, files: { [path]: '{}' } };
    expect((await holdfast(asked)).io.ranInFront).toEqual([['nsenter', '--target=7', '--', 'bash']]);
  });

  it('refuses a box that is not recorded', async () => {
    const { io, exitCode } = await holdfast({ args: ['box', 'shell', 'other'], machine });
    expect([exitCode, io.ranInFront]).toEqual([2, []]);
  });
});

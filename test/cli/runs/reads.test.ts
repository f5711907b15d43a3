// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { FakeIo, stoppedStatus } from '../doubles/fake-io.ts';
import { FakeTemporal } from '../doubles/fake-temporal.ts';
import { holdfast, instant, labFiles, progress, step } from '../doubles/samples.ts';

const reads: readonly (readonly string[])[] = [
  ['box', 'list'],
  ['box', 'show', 'lab'],
  ['op', 'list'],
  ['op', 'show', 'install-box/lab'],
  ['op', 'logs', 'install-box/lab'],
  ['op', 'report', 'install-box/lab'],
  ['op', 'watch', 'install-box/lab', '-q'],
  ['schedule', 'list'],
  ['box', 'install', 'lab.yaml', '--attach', '-q'],
];
const ended = { run: { status: 'completed' as const, closedAt: instant(9) } };
const done = { moments: [ended] };

describe('a command that reads', () => {
  it.each(reads)('starts nothing: %s %s', async (...args) => {
    // What is attached to has to run.
    const { io, client } = await holdfast({ args }, { moments: [{}, ended] });
    expect([io.supervised, client.started]).toEqual([['status'], []]);
  });

  it.each(reads.slice(2))('says that Temporal does not run, and exits with 4: %s %s', async (...args) => {
    const { stderr, exitCode, io } = await holdfast({ args, status: stoppedStatus }, done);
    expect([exitCode, io.supervised]).toEqual([4, ['status']]);
    expect(stderr).toBe('error: Temporal does not run; this command starts nothing\nnext: holdfast up\n');
  });

  it.each(reads.slice(0, 2))('shows what the state directory knows: %s %s', async (...args) => {
    const machine = [{ type: 'result', data: null }];
    const { stdout, stderr, exitCode } = await holdfast({ args, status: stoppedStatus, machine }, done);
    expect([exitCode, stderr]).toEqual([0, 'Temporal does not run; this command starts nothing\n']);
    expect(stdout).toMatch(/10\.77\.1\.2/);
  });
});

describe('watching while holdfast is stopped', () => {
  const applying = progress('running', [step('schema', 'applying')]);
  const first = { answer: { kind: 'progress', progress: applying } } as const;
  const file = ['box', 'install', 'lab.yaml'];

  it.each([
    ['Temporal is gone', { isSilent: true } as const],
    ['no worker answers', { answer: { kind: 'no-worker' } } as const],
  ])('starts nothing again when %s', async (_, moment) => {
    const { stderr, exitCode, io } = await holdfast(
      { args: file, status: stoppedStatus },
      { moments: [first, moment] },
    );
    expect([exitCode, io.supervised]).toEqual([4, ['up', 'status']]);
    expect(stderr).toContain('error: holdfast was stopped; install-box/lab goes on once it is up\n');
  });

  it('starts again what died', async () => {
    const status = { temporal: { state: 'stopped', died: true }, worker: { state: 'stopped', died: true } };
    const moments = [first, { isSilent: true }, ...done.moments];
    const { exitCode, io } = await holdfast({ args: file, status }, { moments });
    expect([exitCode, io.supervised]).toEqual([0, ['up', 'status', 'up']]);
  });
});

it('loads what connecting needs while the supervisor is asked where Temporal is', async () => {
  const order: string[] = [];
  const io = new FakeIo({ args: ['op', 'list'], files: labFiles });
  const supervise = io.supervise.bind(io);
  io.supervise = (...asked) => {
    order.push('asked');
    return supervise(...asked);
  };
  const connect = () => {
    order.push('connected');
    return Promise.resolve(new FakeTemporal());
  };
  const prepare = () => void order.push('prepared');
  expect(await run(io, Object.assign(connect, { prepare }))).toBe(0);
  expect(order).toEqual(['prepared', 'asked', 'connected']);
});

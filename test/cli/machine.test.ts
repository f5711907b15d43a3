// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { startOfTime } from './doubles/fake-io.ts';
import { holdfast } from './doubles/samples.ts';

const terminal = { columns: 100, rows: 30 };
const result = (data: unknown) => [{ type: 'result', data }];

describe('doctor', () => {
  const findings = [
    { level: 'ok', what: 'Temporal', found: 'answers' },
    { level: 'note', what: 'worker', found: 'not running', next: 'holdfast up' },
    { level: 'wrong', what: 'no ip', found: 'not on PATH', next: 'apt-get install iproute2' },
  ];

  it('names what is wrong first, each with what to do, and exits with 1', async () => {
    const { stdout, exitCode, io } = await holdfast({ args: ['doctor'], machine: result(findings) });
    expect([exitCode, io.supervised]).toEqual([1, []]);
    expect(stdout).toMatchInlineSnapshot(`
      "✗ no ip     not on PATH
          next: apt-get install iproute2
      ○ worker    not running
          next: holdfast up
      = Temporal  answers
      1 wrong, 1 to look at
      "
    `);
  });

  it.each([
    [findings.slice(0, 1), 'nothing is wrong'],
    [findings.slice(0, 2), '0 wrong, 1 to look at'],
    [findings.slice(2), '1 wrong'],
  ])('says that nothing is wrong only when that is so', async (found, summary) => {
    const { stdout } = await holdfast({ args: ['doctor'], machine: result(found) });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(summary);
  });

  it('exits with 0 when nothing is wrong', async () => {
    const machine = result(findings.slice(0, 2));
    const { stdout, exitCode } = await holdfast({ args: ['doctor', '--json'], machine });
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, findings.slice(0, 2)]);
  });
});

describe('prune', () => {
  const machine = result([{ path: '/cache/a', why: 'image a has no box on it', bytes: 3 * 2 ** 20 }]);
  const asked = (io: { machineAsked: { readonly words: readonly string[] }[] }) =>
    io.machineAsked.map(({ words }) => words.join(' '));

  it('removes nothing with --plan, nor without an answer', async () => {
    const plan = await holdfast({ args: ['prune', '--plan'], machine });
    expect(plan.stdout).toBe('- /cache/a  3.0 MiB  image a has no box on it\n1 to remove, 3.0 MiB\n');
    const silent = await holdfast({ args: ['prune'], machine });
    const no = await holdfast({ args: ['prune'], machine, terminal, answers: [''] });
    expect([plan.exitCode, silent.exitCode, no.exitCode]).toEqual([0, 2, 2]);
    for (const { io } of [plan, silent, no]) expect(asked(io)).toEqual(['prune plan']);
    expect(silent.stderr).toContain('next: holdfast prune --yes');
  });

  it('removes what was shown after a yes', async () => {
    const yes = await holdfast({ args: ['prune'], machine, terminal, answers: ['y'] });
    expect([yes.exitCode, asked(yes.io)]).toEqual([0, ['prune plan', 'prune remove']]);
  });

  it('takes the dumps of boxes that are gone only when asked', async () => {
    const dumps = await holdfast({ args: ['prune', '--dumps', '--yes'], machine });
    expect(asked(dumps.io)).toEqual(['prune plan dumps', 'prune remove dumps']);
  });

  it('asks nothing when there is nothing', async () => {
    const { stdout, exitCode, io } = await holdfast({ args: ['prune'], machine: result([]) });
    expect([stdout, exitCode, asked(io)]).toEqual(['nothing to remove\n', 0, ['prune plan']]);
  });
});

describe('box logs', () => {
  it('prints the lines and holds the program by its stdin', async () => {
    const machine = [{ type: 'line', text: 'a line' }, ...result(null)];
    const { stdout, io } = await holdfast({
      args: ['box', 'logs', 'lab', 'keystone', '-f', '-n', '3'],
      machine,
    });
    expect(stdout).toBe('a line\n');
    const request = { services: ['keystone'], lines: 3, follow: true, sinceSeconds: null, level: null };
    expect(io.machineAsked).toEqual([
      { words: ['logs', JSON.stringify({ box: 'lab', ...request })], stdin: null },
    ]);
  });

  it.each([
    [['lab'], { services: [], sinceSeconds: null, level: null }],
    [['lab', 'nova-compute', 'ovn'], { services: ['nova-compute', 'ovn'] }],
    [['lab', 'nova', '--since', '2h'], { sinceSeconds: startOfTime / 1000 - 7200 }],
    [['lab', 'nova', '--since', '2026-01-05 09:30'], { sinceSeconds: startOfTime / 1000 - 9000 }],
    [['lab', 'nova', '--level', 'error'], { level: 'err' }],
  ])('asks for %j', async (words, wanted) => {
    const { io } = await holdfast({ args: ['box', 'logs', ...words], machine: result(null) });
    expect(JSON.parse(io.machineAsked[0]?.words[1] ?? '')).toMatchObject({ box: 'lab', ...wanted });
  });

  it.each([
    [['lab', 'keystone', '--since', 'yesterday'], '--since takes 10m, 2h, 1d or a time'],
    [['lab', 'keystone', '--level', 'loud'], '--level takes crit, err, warning'],
    [['none', 'keystone'], 'There is no box none'],
    [['lab', 'keystone', '--lines', 'all'], '--lines takes a whole number'],
  ])('refuses %j and asks nobody', async (words, text) => {
    const { stderr, exitCode, io } = await holdfast({ args: ['box', 'logs', ...words] });
    expect([exitCode, io.machineAsked]).toEqual([2, []]);
    expect(stderr).toContain(text);
  });
});

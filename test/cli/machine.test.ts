// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast } from './samples.ts';

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
      1 wrong
      "
    `);
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
    expect(io.machineAsked).toEqual([{ words: ['logs', 'lab', 'keystone', '3', 'follow'], stdin: null }]);
  });

  it.each([
    [['none', 'keystone'], 'There is no box none'],
    [['lab', 'keystone', '--lines', 'all'], '--lines takes a whole number'],
  ])('refuses %j and asks nobody', async (words, text) => {
    const { stderr, exitCode, io } = await holdfast({ args: ['box', 'logs', ...words] });
    expect([exitCode, io.machineAsked]).toEqual([2, []]);
    expect(stderr).toContain(text);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast } from './doubles/samples.ts';

const plan = {
  blockers: [],
  removes: [{ path: '/state/boxes', what: 'specs and access files of boxes', bytes: 2 ** 20 }],
  stays: [{ what: 'this program', how: 'npm rm -g holdfast' }],
};
const machineWith = (facts: object = {}) => [{ type: 'result', data: { ...plan, ...facts } }];
const terminal = { columns: 100, rows: 30 };
const asked = (io: { machineAsked: { readonly words: readonly string[] }[] }) =>
  io.machineAsked.map(({ words }) => words.join(' '));

describe('uninstall', () => {
  it('only shows with --plan, and starts nothing', async () => {
    const { stdout, exitCode, io } = await holdfast({
      args: ['uninstall', '--plan'],
      machine: machineWith(),
    });
    expect([exitCode, asked(io), io.supervised]).toEqual([0, ['uninstall plan'], []]);
    expect(stdout).toBe(
      '- /state/boxes  1.0 MiB  specs and access files of boxes\n= this program  npm rm -g holdfast\n',
    );
  });

  it.each([
    [[], undefined, undefined],
    [[], terminal, ['yes']],
    [['--confirm', 'yes'], undefined, undefined],
  ])('removes nothing without the word: %j', async (flags, shown, answers) => {
    const { exitCode, io } = await holdfast({
      args: ['uninstall', ...flags],
      machine: machineWith(),
      ...(shown !== undefined && { terminal: shown }),
      ...(answers !== undefined && { answers }),
    });
    expect([exitCode, asked(io)]).toEqual([2, ['uninstall plan']]);
  });

  it.each([
    [['--confirm', 'uninstall'], undefined],
    [[], terminal],
  ])('removes after the word: %j', async (flags, shown) => {
    const { exitCode, io } = await holdfast({
      args: ['uninstall', '--with-dumps', ...flags],
      machine: machineWith(),
      ...(shown !== undefined && { terminal: shown, answers: ['uninstall'] }),
    });
    expect([exitCode, asked(io)]).toEqual([0, ['uninstall plan dumps', 'uninstall remove dumps']]);
  });

  it('refuses while a box is there, and names the command that removes it', async () => {
    const blockers = [{ what: 'box lab', next: 'holdfast box destroy lab' }];
    const { stderr, exitCode, io } = await holdfast({
      args: ['uninstall', '--confirm', 'uninstall'],
      machine: machineWith({ blockers }),
    });
    expect([exitCode, asked(io)]).toEqual([2, ['uninstall plan']]);
    expect(stderr).toBe(
      'error: box lab is on this machine; nothing was removed\nnext: holdfast box destroy lab\n',
    );
  });
});

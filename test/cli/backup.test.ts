// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast, labFiles } from './doubles/samples.ts';

const files = { ...labFiles, '/work/secret': 'correct horse battery\n' };
const saved = { type: 'result', data: { path: '/work/b.age', boxes: ['lab'], files: 9, bytes: 700 } };
const restored = { type: 'result', data: { boxes: ['lab'], files: 9, createdAt: '2026-01-05T11:00:00Z' } };
const terminal = { columns: 100, rows: 30 };

describe('backup', () => {
  it('hands the passphrase over on stdin, and says what was saved', async () => {
    const args = ['backup', 'b.age', '--passphrase-file', 'secret'];
    const { stdout, stderr, exitCode, io } = await holdfast({ args, files, machine: [saved] });
    expect([stdout, exitCode]).toEqual(['/work/b.age\n', 0]);
    expect(stderr).toContain('Saved box lab: 9 files, 700 bytes');
    expect(io.machineAsked).toEqual([{ words: ['backup', '/work/b.age'], stdin: 'correct horse battery' }]);
  });

  it('asks twice on a terminal, and does nothing when the answers differ', async () => {
    const differing = await holdfast({
      args: ['backup', 'b.age'],
      terminal,
      answers: ['one two three', 'one'],
    });
    expect([differing.exitCode, differing.io.machineAsked]).toEqual([2, []]);
    const answers = ['one two three', 'one two three'];
    const same = await holdfast({ args: ['backup', 'b.age'], terminal, answers, machine: [saved] });
    expect([same.exitCode, same.io.machineAsked[0]?.stdin]).toEqual([0, 'one two three']);
    expect(same.stdout + same.stderr).not.toContain('one two three');
  });

  it('names the flag when there is neither a terminal nor a file', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['backup', 'b.age'] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('next: Name a file that holds it: --passphrase-file PATH');
  });
});

describe('restore', () => {
  const args = ['restore', 'b.age', '--passphrase-file', 'secret'];

  it('says what to run next for each box', async () => {
    const { stdout, stderr, io } = await holdfast({ args, files, machine: [restored] });
    expect(stdout).toBe('lab\n');
    expect(stderr).toContain('next: holdfast box install lab\n');
    expect(io.machineAsked[0]?.words).toEqual(['restore', '/work/b.age']);
  });

  it('moves aside only when told to, and passes on why it was refused', async () => {
    const error = { type: 'error', message: '/state is not empty', hint: 'move it with --replace' };
    const refused = await holdfast({ args, files, machine: [error] });
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      'error: /state is not empty\nnext: move it with --replace\n',
    ]);
    const replaced = await holdfast({ args: [...args, '--replace'], files, machine: [restored] });
    expect(replaced.io.machineAsked[0]?.words).toEqual(['restore', '/work/b.age', 'replace']);
  });
});

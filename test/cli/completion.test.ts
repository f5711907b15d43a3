// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { holdfast } from './doubles/samples.ts';

let state: string;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  for (const box of ['lab', 'live']) mkdirSync(join(state, 'boxes', box), { recursive: true });
});
afterAll(() => rmSync(state, { recursive: true }));

const scriptOf = async (shell: string) => (await holdfast({ args: ['completion', shell] })).stdout;

/** What a real bash offers after these words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const ask = `${await scriptOf('bash')}
COMP_WORDS=(holdfast "$@"); COMP_CWORD=$#; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['-c', ask, 'bash', ...words], {
    encoding: 'utf8',
    env: { ...process.env, HOLDFAST_STATE: state },
    cwd: state,
  });
  return text.split('\n').filter(Boolean);
}

describe('completion bash', () => {
  it.each([
    [['sch'], ['schedule']],
    [
      ['box', 're'],
      ['remove-client', 'restart', 'restore'],
    ],
    [['op', 'list', '--l'], ['--limit']],
    [['box', 'install', '--rep'], ['--replace']],
    [
      ['box', 'drift', 'l'],
      ['lab', 'live'],
    ],
    [['box', 'plan', 'boxe'], ['boxes']],
    [['backup', 'boxe'], ['boxes']],
    [['op', 'show', 'la'], []],
  ])('offers after %j: %j', async (words, expected) => {
    expect((await offered(...words)).sort()).toEqual(expected);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('%s knows every command and every option', async (shell) => {
    const script = await scriptOf(shell);
    for (const { words, options } of commands) {
      for (const word of words) expect(script).toContain(word);
      for (const { flags } of options) {
        const name = /--([a-z-]+)/.exec(flags)?.[1] ?? '';
        expect(script).toMatch(shell === 'fish' ? `-l ${name} ` : `--${name}`);
      }
    }
  });

  it('refuses another shell', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['completion', 'tcsh'] });
    expect([exitCode, stderr]).toEqual([
      2,
      'error: There is no completion for tcsh: bash, zsh and fish have one\n',
    ]);
  });
});

// SPDX-License-Identifier: Apache-2.0
// The manual page against the commands, and against what roff takes as its own.
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { manualPage } from '../../cli/completion/manual-page.ts';
import { holdfast } from './doubles/samples.ts';

describe('holdfast manual', () => {
  it('has a section for every command, with its options', async () => {
    const { exitCode, stdout } = await holdfast({ args: ['manual'] });
    expect(exitCode).toBe(0);
    for (const { words, options } of commands) {
      expect(stdout).toMatch(new RegExp(`^\\.SS ${words.join(' ').replaceAll('-', '\\\\-')}`, 'm'));
      for (const { flags } of options) expect(stdout).toContain(`.B ${flags.replaceAll('-', '\\-')}`);
    }
  });

  it('keeps a text from being read as a macro', () => {
    const facts = { version: '1', exitCodes: ['.nf is no macro', "'so"], environment: ['a\\b'] };
    const text = manualPage([], {}, facts);
    expect(text).toContain("\\&.nf is no macro\n\\&'so\n");
    expect(text).toContain('a\\eb');
  });
});

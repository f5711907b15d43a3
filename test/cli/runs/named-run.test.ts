// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RunDescription } from '../../../cli/temporal/temporal-client.ts';
import { holdfast, instant } from '../doubles/samples.ts';

const id = 'install-box/lab';
const run = (runId: string, at: number): RunDescription => ({
  id,
  runId,
  type: 'InstallBox',
  status: 'completed',
  startedAt: instant(at),
  closedAt: instant(at + 60),
});
const runs = [run('0199-new-aaaa1111', -600), run('0199-old-bbbb2222', -7200)];

describe('--run', () => {
  it('shows an earlier run of an id', async () => {
    const { stdout } = await holdfast({ args: ['op', 'show', id, '--run', 'bbbb2222', '--json'] }, { runs });
    expect(JSON.parse(stdout)).toMatchObject({ runId: '0199-old-bbbb2222', startedAt: instant(-7200) });
  });

  it('is what op list shows of the runs of one id', async () => {
    const { stdout } = await holdfast({ args: ['op', 'list', id] }, { runs });
    expect(stdout).toBe(
      [
        'ID               RUN       PHASE  STARTED     TOOK   STEP',
        'install-box/lab  aaaa1111  done   10 min ago  1m00s',
        'install-box/lab  bbbb2222  done   2 h ago     1m00s',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['cccc', 'No run of install-box/lab ends in cccc'],
    ['', 'More than one run of install-box/lab ends in '],
  ])('refuses %j and names the runs', async (wanted, message) => {
    const { stderr, exitCode } = await holdfast({ args: ['op', 'report', id, '--run', wanted] }, { runs });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error: ${message}\n  aaaa1111  `);
  });
});

describe('an id that no run has', () => {
  it.each([
    ['show', 'install-box/lap'],
    ['logs', 'instal-box/lab'],
    ['resolve', 'install-box/lb', '--retry'],
    ['cancel', 'install-box/labb'],
  ])('op %s suggests the nearest one', async (verb, ...words) => {
    const { stderr, exitCode } = await holdfast({ args: ['op', verb, ...words] }, { runs, isEmpty: true });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`There is no run ${words[0]}\n  Did you mean ${id}?\n`);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Look } from '../../../cli/runs/look.ts';
import { frameLines } from '../../../cli/views/live/frame.ts';
import { noPaint } from '../../../cli/terminal/paint.ts';
import { startOfTime } from '../doubles/fake-io.ts';
import { holdfast, instant, parkedProgress, parkedStep, progress, step } from '../doubles/samples.ts';

const escape = String.fromCharCode(27);
const colour = new RegExp(`${escape}\\[3\\dm`);
const redrawing = new RegExp(`\\r${escape}\\[\\d+A`);

const many = progress('running', [
  ...Array.from({ length: 12 }, (_, index) =>
    step(`done.${index}`, index % 2 === 0 ? 'same' : 'changed', {
      startedAt: instant(0),
      endedAt: instant(index),
    }),
  ),
  step('image', 'applying', {
    startedAt: instant(0),
    tries: 2,
    failure: parkedStep.failure ?? undefined,
  } as object),
  ...Array.from({ length: 9 }, (_, index) => step(`later.${index}`, 'pending', { occurrence: 0, tries: 0 })),
]);
const look: Look = {
  run: { id: 'install-box/lab', runId: 'r', type: 'InstallBox', status: 'running', startedAt: instant(0) },
  progress: many,
  note: null,
};
const way = 'holdfast op watch install-box/lab';
const frame = (columns: number, rows: number) =>
  frameLines(look, way, startOfTime + 65_000, { columns, rows }, noPaint);

describe('the block of a terminal', () => {
  it('shows what runs, the last that are done, counts and the way back', () => {
    expect(frame(75, 24)).toMatchInlineSnapshot(`
      [
        "install-box/lab  running  1m05s",
        "12 of 22 done, 1 running, 9 to come",
        "✓ done.9   changed       9s",
        "= done.10  same         10s",
        "✓ done.11  changed      11s",
        "◑ image    applying   1m05s  try 2: keystone-manage db_sync ended with ex…",
        "Ctrl-C leaves it running; back to it: holdfast op watch install-box/lab",
      ]
    `);
  });

  it('leaves words out and cuts no command at 40 columns', () => {
    expect(frame(40, 24)).toMatchInlineSnapshot(`
      [
        "install-box/lab  running  1m05s",
        "12 of 22 done, 1 running, 9 to come",
        "✓ done.9      9s",
        "= done.10    10s",
        "✓ done.11    11s",
        "◑ image    1m05s  try 2: keystone-mana…",
        "Ctrl-C leaves it running; back to it:",
        "holdfast op watch install-box/lab",
      ]
    `);
  });

  it('shows what is stuck first, and how many more run, when the height is too small', () => {
    const steps = [
      ...Array.from({ length: 6 }, (_, index) => step(`run.${index}`, 'applying', { startedAt: instant(0) })),
      parkedStep,
    ];
    const crowded = { ...look, progress: progress('running', steps) };
    const lines = frameLines(crowded, null, startOfTime, { columns: 80, rows: 7 }, noPaint);
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      '',
      'of',
      'keystone.schema',
      'run.0',
      'run.1',
      '',
    ]);
    expect(lines.at(-1)).toBe('  and 4 more');
  });

  it.each([
    [10, 3],
    [20, 6],
    [40, 2],
    [200, 1],
  ])('never exceeds %i columns and stays near %i lines', (columns, rows) => {
    // The way back is never cut; a terminal wraps it.
    const lines = frame(columns, rows).filter((line) => !line.includes(way));
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(Math.max(11, columns));
    expect(lines.length).toBeLessThanOrEqual(Math.max(4, rows));
  });
});

describe('box install on a terminal', () => {
  const terminal = { columns: 80, rows: 24 };
  const parked = { moments: [{ answer: { kind: 'progress', progress: parkedProgress } }] } as const;
  const running = { moments: [{ answer: { kind: 'progress', progress: many } }] } as const;
  const args = ['box', 'install', 'lab.yaml'];

  it('redraws one block in place and counts the time itself', async () => {
    const { stderr, exitCode } = await holdfast(
      { args, terminal, interruptAfterMilliseconds: 2500 },
      running,
    );
    expect(exitCode).toBe(8);
    expect(stderr).toMatch(redrawing);
    expect(stderr).toContain('back to it: holdfast op watch install-box/lab');
    expect(stderr.match(/running {2}\ds/g)).toEqual(
      expect.arrayContaining(['running  0s', 'running  1s', 'running  2s']),
    );
    // tmux keeps what is cleared to the end of the screen.
    expect(stderr).not.toContain(`${escape}[0J`);
  });

  it('shows what the change of a step tells just now', async () => {
    const steps = [step('online.cell1', 'applying', { startedAt: instant(0) }), step('later', 'pending')];
    const told = { 'online.cell1/apply/2': 'batch 12: 3400 rows', 'online.cell1/observe/1': 'x' };
    const answer = { kind: 'progress', progress: progress('running', steps) } as const;
    const run = { args, terminal, environment: { NO_COLOR: '1' }, interruptAfterMilliseconds: 1500 };
    const { stderr } = await holdfast(run, { moments: [{ answer, run: { told } }] });
    expect(stderr).toMatch(/online\.cell1 {2}applying +\ds {2}batch 12: 3400 rows/);
  });

  it('exits with 5 and shows the cause when the run parks', async () => {
    const { stderr, exitCode } = await holdfast({ args, terminal, environment: { NO_COLOR: '1' } }, parked);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('cause   could not connect to server\n');
    expect(stderr).not.toMatch(colour);
  });

  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }, [], false],
    ['TERM=dumb', { TERM: 'dumb' }, [], false],
    ['CI', { CI: 'true' }, [], false],
    ['--no-color', {}, ['--no-color'], false],
    ['--no-input', {}, ['--no-input'], false],
    ['nothing', {}, [], true],
  ])('obeys %s', async (_, environment, flags, isColoured) => {
    const { stderr } = await holdfast(
      { args: [...args, ...flags], terminal, environment: environment },
      parked,
    );
    expect(colour.test(stderr)).toBe(isColoured);
  });

  it('colours without a terminal when CLICOLOR_FORCE is set', async () => {
    const { stderr } = await holdfast({ args, environment: { CLICOLOR_FORCE: '1' } }, parked);
    expect(stderr).toMatch(colour);
  });
});

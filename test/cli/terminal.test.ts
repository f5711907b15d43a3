// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Look } from '../../cli/runs/look.ts';
import { frameLines } from '../../cli/views/live/frame.ts';
import { noPaint } from '../../cli/terminal/paint.ts';
import { startOfTime } from './fake-io.ts';
import { holdfast, instant, parkedProgress, parkedStep, progress, step } from './samples.ts';

const escape = String.fromCharCode(27);
const colour = new RegExp(`${escape}\\[3\\dm`);
const redrawing = new RegExp(`${escape}\\[\\d+F${escape}\\[0J`);

const many = progress('running', [
  ...Array.from({ length: 12 }, (_, index) => step(`done.${index}`, index % 2 === 0 ? 'same' : 'changed')),
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
const frame = (columns: number, rows: number) =>
  frameLines(look, 'Ctrl-C leaves the work running', startOfTime + 65_000, { columns, rows }, noPaint);

describe('the block of a terminal', () => {
  it('has a line per step where there is room', () => {
    expect(frame(120, 40)).toHaveLength(24);
  });

  it('folds finished steps when the height is too small', () => {
    expect(frame(70, 16)).toMatchInlineSnapshot(`
      [
        "install-box/lab  running  12/22  1m05s",
        "= 12 steps done",
        "◑ image    applying   1m05s  try 2: keystone-manage db_sync ended wi…",
        "○ later.0  pending         ",
        "○ later.1  pending         ",
        "○ later.2  pending         ",
        "○ later.3  pending         ",
        "○ later.4  pending         ",
        "○ later.5  pending         ",
        "○ later.6  pending         ",
        "○ later.7  pending         ",
        "○ later.8  pending         ",
        "Ctrl-C leaves the work running",
      ]
    `);
  });

  it.each([
    [10, 3],
    [20, 6],
    [40, 2],
    [200, 1],
  ])('never exceeds %i columns and stays near %i lines', (columns, rows) => {
    const lines = frame(columns, rows);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(Math.max(11, columns));
    expect(lines.length).toBeLessThanOrEqual(Math.max(3, rows));
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
    expect(stderr.match(/12\/22 {2}\ds/g)).toEqual(
      expect.arrayContaining(['12/22  0s', '12/22  1s', '12/22  2s']),
    );
  });

  it('shows what the change of a step tells just now', async () => {
    const steps = [step('online.cell1', 'applying', { startedAt: instant(0) }), step('later', 'pending')];
    const told = { 'online.cell1/apply/2': 'batch 12: 3400 rows', 'online.cell1/observe/1': 'x' };
    const answer = { kind: 'progress', progress: progress('running', steps) } as const;
    const run = { args, terminal, environment: { NO_COLOR: '1' }, interruptAfterMilliseconds: 1500 };
    const { stderr } = await holdfast(run, { moments: [{ answer, run: { told } }] });
    expect(stderr).toMatch(/online\.cell1 {2}applying +\ds {2}batch 12: 3400 rows\n/);
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

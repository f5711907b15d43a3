// SPDX-License-Identifier: Apache-2.0
// Breaks rows in the real world, and sees drift name them and the next install repair them and what stands on them.
import { expect } from 'vitest';
import type { Report } from '../../../workflows/contracts/run/progress.ts';
import type { Lab } from '../../system/lab.ts';
import type { Sabotage, Target } from './sabotages.ts';

export const rowsWith = (report: Report, verdict: string): string[] =>
  report.rows.filter((row) => row.verdict === verdict).map((row) => row.id);

/** Leaves the box as the spec wants it, or throws. */
export async function breakAndRepair(
  lab: Lab,
  target: Target,
  sabotages: Readonly<Record<string, Sabotage>>,
  rows: readonly string[],
): Promise<void> {
  const { spec } = target;
  for (const row of rows) await sabotages[row]?.break(target);
  const expected = rows.flatMap((row) => [row, ...(sabotages[row]?.alsoDiffer ?? [])]);

  // A spec that was changed by hand is the recorded one: only a plan of the true spec can tell.
  const report = rows.includes('spec') ? await lab.plan(spec) : await lab.drift(spec.name);
  const broken = `broken: ${rows.join(' + ')}`;
  expect(report.result, broken).toBe('differs');
  expect(rowsWith(report, 'failed'), broken).toEqual([]);
  expect(rowsWith(report, 'differs').sort(), broken).toEqual(
    expect.arrayContaining(rows.filter((row) => !rowsWith(report, 'waits').includes(row))),
  );
  expect(
    rowsWith(report, 'differs').filter((row) => !isBelow(report, row, expected)),
    broken,
  ).toEqual([]);

  const progress = await lab.install(spec);
  expect(progress.phase, broken).toBe('done');
  const changed = progress.rows.filter((row) => row.status === 'changed').map((row) => row.id);
  expect(changed, broken).toEqual(expect.arrayContaining([...rows]));
  expect(
    changed.filter((row) => !isBelow(report, row, expected)),
    broken,
  ).toEqual([]);
}

/** True for a row of the list and for every row that stands on one of it. */
function isBelow(report: Report, row: string, list: readonly string[]): boolean {
  if (list.includes(row)) return true;
  return (report.rows.find(({ id }) => id === row)?.after ?? []).some((parent) =>
    isBelow(report, parent, list),
  );
}

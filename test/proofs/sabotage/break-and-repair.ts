// SPDX-License-Identifier: Apache-2.0
// Breaks steps in the real world, and sees drift name them and the next install repair them and what stands on them.
import { expect } from 'vitest';
import type { Report } from '../../../workflows/contracts/run/progress.ts';
import type { CompiledStep } from '../../../workflows/contracts/run/table.ts';
import type { Lab } from '../../system/lab.ts';
import type { Sabotage, Target } from './sabotages.ts';

export const stepsWith = (report: Report, verdict: string): string[] =>
  report.steps.filter((step) => step.verdict === verdict).map((step) => step.id);

/** Leaves the box as the spec wants it, or throws. */
export async function breakAndRepair(
  lab: Lab,
  target: Target,
  sabotages: Readonly<Record<string, Sabotage>>,
  steps: readonly string[],
): Promise<void> {
  const { spec } = target;
  for (const step of steps) await sabotages[step]?.break(target);
  const expected = steps.flatMap((step) => [step, ...(sabotages[step]?.alsoDiffer ?? [])]);

  // A spec that was changed by hand is the recorded one: only a plan of the true spec can tell.
  const report = steps.includes('spec') ? await lab.plan(spec) : await lab.drift(spec.name);
  const broken = `broken: ${steps.join(' + ')}`;
  expect(report.result, broken).toBe('differs');
  expect(stepsWith(report, 'failed'), broken).toEqual([]);
  expect(stepsWith(report, 'differs').sort(), broken).toEqual(
    expect.arrayContaining(steps.filter((step) => !stepsWith(report, 'waits').includes(step))),
  );

  const progress = await lab.install(spec);
  const { steps: all } = await lab.tableOf(`install-box/${spec.name}`);
  expect(
    stepsWith(report, 'differs').filter((step) => !isBelow(all, step, expected)),
    broken,
  ).toEqual([]);
  expect(progress.phase, broken).toBe('done');
  const changed = progress.steps.filter((step) => step.status === 'changed').map((step) => step.id);
  expect(changed, broken).toEqual(expect.arrayContaining([...steps]));
  expect(
    changed.filter((step) => !isBelow(all, step, expected)),
    broken,
  ).toEqual([]);
}

/** True for a step of the list and for every step that depends on one of them. */
function isBelow(steps: readonly CompiledStep[], step: string, list: readonly string[]): boolean {
  if (list.includes(step)) return true;
  return (steps.find(({ id }) => id === step)?.after ?? []).some((parent) => isBelow(steps, parent, list));
}

// SPDX-License-Identifier: Apache-2.0
// Takes some steps out of a table and keeps their order, also through steps that are left out. Pure.
import type { CompiledStep } from './table.ts';

export function keptSteps(
  steps: readonly CompiledStep[],
  isKept: (step: CompiledStep) => boolean,
): CompiledStep[] {
  const kept = new Set(steps.filter(isKept).map(({ id }) => id));
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps
    .filter(({ id }) => kept.has(id))
    .map((step) => ({ ...step, after: nearestKept(step, kept, byId) }));
}

/** The nearest kept steps that a step depends on. */
function nearestKept(
  step: CompiledStep,
  kept: ReadonlySet<string>,
  byId: ReadonlyMap<string, CompiledStep>,
): string[] {
  const found = step.after.flatMap((id) => {
    const parent = byId.get(id);
    if (kept.has(id) || parent === undefined) return [id];
    return nearestKept(parent, kept, byId);
  });
  return [...new Set(found)];
}

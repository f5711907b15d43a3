// SPDX-License-Identifier: Apache-2.0
// What tests ask of the steps of a report.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { Report, ReportStep } from '../../workflows/contracts/run/progress.ts';

/** True for a step that an install would change, as far as a look tells. */
export function wouldChange(step: ReportStep): boolean {
  return step.verdict !== 'same' && step.changes;
}

/** None for a step that is as wanted. */
export function differencesOf(report: Report, id: string): readonly Difference[] {
  const found = report.steps.find((step) => step.id === id);
  return found === undefined || found.verdict === 'same' ? [] : found.differences;
}

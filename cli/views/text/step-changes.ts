// SPDX-License-Identifier: Apache-2.0
// Remembers what was shown of each step, so that each change is told once. Renders nothing.
import type { Progress, StepProgress } from '../../../workflows/contracts/run/progress.ts';

export class StepChanges {
  readonly #shown = new Map<string, string>();

  /** Steps that are not as they were last taken; a step that has not begun yet is no change. */
  take(progress: Progress): StepProgress[] {
    return progress.steps.filter((step) => {
      const state = `${step.status}/${step.occurrence}/${step.tries}`;
      const before = this.#shown.get(step.id);
      this.#shown.set(step.id, state);
      return before === undefined ? step.status !== 'pending' : before !== state;
    });
  }
}

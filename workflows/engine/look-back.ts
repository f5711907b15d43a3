// SPDX-License-Identifier: Apache-2.0
// Observes the dependencies of a step again, after silence, a park or a long gap. Applies nothing.
import type { StepActivities } from './step-activities.ts';
import { isDone, mayHaveFallen, type StepState, type TableState } from './table-state.ts';

/** Steps that look back at the same ancestor at the same time share one look. */
export class LookBack {
  readonly #looks = new Map<string, Promise<boolean>>();

  constructor(
    private readonly state: TableState,
    private readonly activities: StepActivities,
  ) {}

  /** Makes every ancestor that is no longer as wanted pending again; resolves true when all still are. */
  async ancestorsStand(step: StepState): Promise<boolean> {
    let standing = true;
    for (const ancestor of this.state.ancestorsOf(step.step.id)) {
      if (!isDone(ancestor) || !mayHaveFallen(ancestor)) continue;
      if (!(await this.#stands(ancestor))) standing = false;
    }
    return standing;
  }

  #stands(ancestor: StepState): Promise<boolean> {
    const shared = this.#looks.get(ancestor.step.id);
    if (shared !== undefined) return shared;
    const look = this.#look(ancestor).finally(() => this.#looks.delete(ancestor.step.id));
    this.#looks.set(ancestor.step.id, look);
    return look;
  }

  async #look(ancestor: StepState): Promise<boolean> {
    // Dependents of a step that failed cannot be observed; they are observed again in their order.
    const fallen = this.state.ancestorsOf(ancestor.step.id).some((state) => !isDone(state));
    const observed = fallen ? null : await this.activities.observe(ancestor, 'observe');
    if (observed !== null && observed.verdict === 'same') return true;
    if (isDone(ancestor)) {
      ancestor.status = 'pending';
      ancestor.tries = 0;
      this.state.touch();
    }
    return false;
  }
}

// SPDX-License-Identifier: Apache-2.0
// Waits for a person beside the run, for days: looks now and then by itself, and reminds. Holds no slot and no lease.
import type { EnginePorts } from '../ports/run/engine.ts';
import { awaitSeconds } from './activity-profiles.ts';
import { differencesText } from '../contracts/run/failed-result.ts';
import type { Notifier } from './notifier.ts';
import { openRequest } from './question.ts';
import type { StepActivities } from './step-activities.ts';
import type { StepState, TableState } from './table-state.ts';

export class Awaiting {
  constructor(
    private readonly state: TableState,
    private readonly ports: EnginePorts,
    private readonly activities: StepActivities,
    private readonly notifier: Notifier,
    private readonly isOver: () => boolean,
  ) {}

  /** Resolves once the step awaits nothing more: a person answered, a look found it true, or the run is over. */
  async keep(step: StepState): Promise<void> {
    const { occurrence } = step;
    const remindSeconds = step.step.awaits?.remindSeconds ?? 0;
    const isAwaited = (): boolean =>
      step.status === 'awaiting' && step.occurrence === occurrence && !this.isOver();
    let remindAt = this.ports.now() + remindSeconds * 1000;
    for (let looks = 0; isAwaited(); looks += 1) {
      const untilReminder = Math.max(1, (remindAt - this.ports.now()) / 1000);
      await this.ports.sleep(
        Math.min(awaitSeconds(looks), untilReminder),
        `${step.step.id}: awaits a person`,
      );
      if (!isAwaited()) return;
      if (this.ports.now() >= remindAt) {
        remindAt = this.ports.now() + remindSeconds * 1000;
        void this.notifier.remind(step);
      }
      await this.#look(step, isAwaited);
    }
  }

  /** What a look finds true is looked at once more under the lease, behind what it depends on, as after an answer. */
  async #look(step: StepState, isAwaited: () => boolean): Promise<void> {
    const seen = await this.activities.observeWithoutLease(step);
    if (!isAwaited() || seen.verdict === 'failed') return;
    step.seen = seen.differences;
    const request = seen.verdict === 'same' ? null : openRequest(step, seen);
    if (request === null) {
      step.status = 'pending';
      step.lookBack = true;
    } else {
      if (step.failure?.code === request.code && step.failure.cause === differencesText(seen)) return;
      step.failure = request;
      step.differences = seen.count;
    }
    this.state.touch();
  }
}

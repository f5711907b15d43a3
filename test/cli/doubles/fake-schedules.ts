// SPDX-License-Identifier: Apache-2.0
// A double of Temporal's schedules: a map that remembers what was done to it.
import { startOfTime } from './fake-io.ts';
import type { ScheduleBook, ScheduleState, DesiredSchedule } from '../../../cli/temporal/schedule-client.ts';

export class FakeSchedules implements ScheduleBook {
  readonly states: Map<string, ScheduleState>;
  readonly done: string[] = [];

  constructor(states: readonly ScheduleState[]) {
    this.states = new Map(states.map((state) => [state.id, state]));
  }

  async describe(id: string): Promise<ScheduleState | null> {
    return this.states.get(id) ?? null;
  }

  async ids(prefix: string): Promise<string[]> {
    return [...this.states.keys()].filter((id) => id.startsWith(prefix)).sort();
  }

  async create(desired: DesiredSchedule): Promise<void> {
    this.done.push(`create ${desired.id}`);
    this.states.set(desired.id, {
      ...desired,
      overlap: 'SKIP',
      isPaused: false,
      createdAt: new Date(startOfTime).toISOString(),
      note: '',
      running: [],
      skipped: 0,
    });
  }

  async update(desired: DesiredSchedule): Promise<void> {
    this.done.push(`update ${desired.id}`);
    this.#change(desired.id, { ...desired, overlap: 'SKIP' });
  }

  async remove(id: string): Promise<void> {
    if (this.states.delete(id)) this.done.push(`remove ${id}`);
  }

  async pause(id: string, note: string): Promise<void> {
    this.#change(id, { isPaused: true, note });
  }

  async unpause(id: string, note: string): Promise<void> {
    this.#change(id, { isPaused: false, note });
  }

  async trigger(id: string): Promise<void> {
    this.done.push(`trigger ${id}`);
    this.#change(id, { lastRun: `${this.states.get(id)?.workflowId ?? ''}-2026-01-05T12:00:00Z` });
  }

  #change(id: string, facts: Partial<ScheduleState>): void {
    const state = this.states.get(id);
    if (state !== undefined) this.states.set(id, { ...state, ...facts });
  }
}

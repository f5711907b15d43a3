// SPDX-License-Identifier: Apache-2.0
// How long a run has slept by its own reckoning: its timers are compressed, and its history says by how much they were asked for.
import type { WorkflowHandle } from '@temporalio/client';
import { compression } from './compression.ts';

/** Hours of all timers that have fired; 0 while Temporal does not answer. */
export async function waitedHours(handle: WorkflowHandle): Promise<number> {
  const events = (await handle.fetchHistory().catch(() => null))?.events ?? [];
  const asked = new Map<string, number>();
  let seconds = 0;
  for (const { timerStartedEventAttributes: started, timerFiredEventAttributes: fired } of events) {
    if (started?.timerId != null) {
      const { seconds: whole = 0, nanos = 0 } = started.startToFireTimeout ?? {};
      asked.set(started.timerId, Number(whole) + Number(nanos) / 1e9);
    }
    if (fired?.timerId != null) seconds += asked.get(fired.timerId) ?? 0;
  }
  return (seconds * compression) / 3600;
}

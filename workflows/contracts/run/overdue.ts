// SPDX-License-Identifier: Apache-2.0
// Whether a schedule began the runs that it should have. Pure; the caller has the clock.

/** Of a schedule what tells whether its runs begin. Times are ISO 8601. */
export interface ScheduleTurns {
  readonly isPaused: boolean;
  readonly everySeconds: number;
  readonly jitterSeconds: number;
  readonly createdAt: string;
  /** When its newest run began; absent: none ever did. */
  readonly lastAt?: string;
  /** Ids of its runs that are open. */
  readonly running: readonly string[];
}

/**
 * True when runs did not begin that should have: Temporal or the worker were down. One that is open is no longer due.
 * @source two turns and a minute: one turn may be left out while a run is open
 */
export function isOverdue(turns: ScheduleTurns, now: number): boolean {
  if (turns.isPaused || turns.running.length > 0) return false;
  const allowedSeconds = 2 * turns.everySeconds + turns.jitterSeconds + 60;
  return now - Date.parse(turns.lastAt ?? turns.createdAt) > allowedSeconds * 1000;
}

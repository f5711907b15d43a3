// SPDX-License-Identifier: Apache-2.0
// How long each kind of activity may take, and how it is retried. Retries serve lost workers only.
import type { ActivityProfile } from '../contracts/run/table.ts';

export interface ActivityTimes {
  /** Of one attempt, seconds. No schedule-to-close anywhere: a closed laptop lid is not an error. */
  readonly startToCloseSeconds: number;
  readonly heartbeatSeconds: number;
}

/**
 * The heartbeat is 10 s everywhere, so that a dead worker is noticed within that time.
 * @source measured on 2 cores: a look < 3 s plus up to 180 s of settling; a change < 30 s; a *-manage command < 5 s,
 * keystone's first start 24 s; an image build 62 s with a near mirror, an hour on a slow line.
 */
export const activityTimes: Record<ActivityProfile, ActivityTimes> = {
  look: { startToCloseSeconds: 600, heartbeatSeconds: 10 },
  change: { startToCloseSeconds: 600, heartbeatSeconds: 10 },
  command: { startToCloseSeconds: 3600, heartbeatSeconds: 10 },
  build: { startToCloseSeconds: 14_400, heartbeatSeconds: 10 },
};

/**
 * How long a call that names its task queue may lie there, seconds: nobody may stand beside the token that it is for. The
 * queue of all workflows has no such limit, since without its worker the run itself stands still.
 * @source longer than the start of a worker and one call before it; a person who should start one hears of it by then
 */
export const unattendedSeconds = 60;

/** Waits before another counted try, seconds: 5, 10, 20, 40, at most 60. */
export function backoffSeconds(tries: number): number {
  return Math.min(60, 5 * 2 ** Math.max(0, tries - 1));
}

/**
 * Until the next look at a step that awaits a person, seconds: a minute, then twice as long each time, at most an hour.
 * @source 77 looks in 72 hours, of 11 events each; an answer is looked at at once
 */
export function awaitSeconds(looks: number): number {
  return Math.min(3600, 60 * 2 ** Math.min(looks, 10));
}

/** After this long without an end of any step before it, a step's ancestors are looked at again. */
export const gapSeconds = 600;

/** Silences in a row, with every ancestor as wanted, that count as one try. */
export const silenceLimit = 5;

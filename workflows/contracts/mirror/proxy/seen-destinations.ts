// SPDX-License-Identifier: Apache-2.0
// Undecided destinations of a mirror's proxy, as the machine's program reports it to the command line. Pure.
import type { AskedDestination } from './access-log.ts';

export interface RefusedDestination extends Omit<AskedDestination, 'isDenied'> {
  /** `open`: its host is undecided; `port`: its host is allowed, on other ports. */
  readonly verdict: 'open' | 'port';
}

export interface SeenDestinations {
  /** Nobody refused their hosts; the one that was asked for last first, at most `shownDestinationsMax`. */
  readonly unknown: readonly RefusedDestination[];
  readonly count: number;
}

/** @source a screen with room for the mirror itself */
export const shownDestinationsMax = 10;

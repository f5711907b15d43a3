// SPDX-License-Identifier: Apache-2.0
// How others on the network reach a box behind this machine: by an address of this machine.
import type { Apply, Observe } from './activities.ts';

export interface ReachArgs {
  readonly box: string;
  /** Of this machine. */
  readonly address: string;
  /** Of the box. */
  readonly target: string;
  readonly ports: readonly number[];
}

export interface ReachPort {
  observeReach: Observe<ReachArgs>;
  forwardReach: Apply<ReachArgs>;
}

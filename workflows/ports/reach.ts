// SPDX-License-Identifier: Apache-2.0
// How others on the network reach a box behind this machine: by an address of this machine.
import type { Apply, Observe } from './run/activities.ts';

export interface ReachArgs {
  readonly box: string;
  /** Of this machine; null: others are not to reach it, and whatever let them is gone. */
  readonly address: string | null;
  /** Of the box. */
  readonly target: string;
  readonly ports: readonly number[];
  /** Of this machine and of the box, by UDP; absent: no tunnel. */
  readonly tunnel?: { readonly address: string; readonly port: number };
}

export interface OutsideArgs extends ReachArgs {
  readonly address: string;
}

export interface ExternalNetworkArgs {
  readonly box: string;
  readonly cidr: string;
  /** The machine's end, through which others of that network are reached directly. */
  readonly link: string;
}

export interface ReachPort {
  /** True while this machine hands on what floating IPs send to the world, under an address of its own. */
  observeExternalNetwork: Observe<ExternalNetworkArgs>;
  routeExternalNetwork: Apply<ExternalNetworkArgs>;
  observeReach: Observe<ReachArgs>;
  forwardReach: Apply<ReachArgs>;
  /** True while no firewall of this machine keeps others from what it hands on. */
  observeOutside: Observe<OutsideArgs>;
}

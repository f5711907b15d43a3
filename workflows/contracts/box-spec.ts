// SPDX-License-Identifier: Apache-2.0
// A box as its owner describes it, parsed and complete. The schema stands beside it.

import type { NotifyTarget } from './notice.ts';
import type { SchedulesSpec } from './schedules.ts';

export interface BoxNetwork {
  /** The box's own network, in CIDR notation. */
  readonly cidr: string;
  /** The box's address, within the network. */
  readonly address: string;
  /** This machine's address on that network. */
  readonly gateway: string;
}

export interface BoxSpec {
  readonly apiVersion: 'holdfast/v1';
  readonly kind: 'Box';
  readonly name: string;
  readonly provision: { readonly kind: 'local' };
  readonly release: 'debian-13';
  readonly region: string;
  readonly networks: {
    readonly management: BoxNetwork;
    /** Reserved for floating IPs; only checked for now. */
    readonly public?: { readonly cidr: string };
  };
  /** Where packages come from; default: this machine's own Debian sources. */
  readonly debian?: { readonly mirror: string; readonly securityMirror?: string };
  readonly certificates: { readonly lifetimeDays: number };
  /** Who is told when a run waits for a person. */
  readonly notify?: NotifyTarget;
  /** How often it is looked after; what is not named has its default. */
  readonly schedules?: SchedulesSpec;
  readonly seeds: { readonly projects: readonly { readonly name: string; readonly description: string }[] };
}

export interface InstallBoxInput {
  readonly spec: BoxSpec;
  /** Take the lease of a holder that is silent without waiting for its end. */
  readonly takeOver: boolean;
}

/** Drift and destroy know a box by its name; its spec is the recorded one. */
export interface NamedBoxInput {
  readonly name: string;
  readonly takeOver: boolean;
  /** Started by a schedule: nobody watches, so a person is told. */
  readonly scheduled: boolean;
}

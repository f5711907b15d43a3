// SPDX-License-Identifier: Apache-2.0
// Open vSwitch and OVN inside a box: the settings that live in their databases.
import type { Apply, Observe } from '../run/activities.ts';

export interface SwitchArgs {
  readonly box: string;
  /** Under which Nova and Neutron know this host. */
  readonly hostname: string;
  /** `netdev` is the one in userspace, `system` the kernel's; `probe`: the kernel's where it has one. */
  readonly datapath: 'netdev' | 'system' | 'probe';
  /** Network of Neutron → bridge. */
  readonly bridgeMappings: Readonly<Record<string, string>>;
  /** Link of the box → bridge that owns it; absent: none. */
  readonly ports?: Readonly<Record<string, string>>;
}

export interface OvnPort {
  observeSwitch: Observe<SwitchArgs>;
  configureSwitch: Apply<SwitchArgs>;
  /** True once every network of Neutron says in OVN of which type it is, as Neutron since 2025.1 expects. */
  observeNetworkTypes: Observe<{ readonly box: string }>;
}

// SPDX-License-Identifier: Apache-2.0
// What runs a box's servers: proven by a guest that booted on it, then set in Nova.
import type { HypervisorName } from '../contracts/box/box-spec.ts';
import type { GuestImageSource } from '../contracts/box/guest-image.ts';
import type { Apply, Observe } from './run/activities.ts';
import type { FileArgs } from './host.ts';

/** What a guest can have run on. */
export type ProvenHypervisor = 'kvm' | 'qemu';

export interface HypervisorArgs {
  readonly box: string;
  readonly wanted: Exclude<HypervisorName, 'fake'>;
  /** The guest that is booted. */
  readonly guest: GuestImageSource;
}

export interface HypervisorFileArgs {
  readonly box: string;
  /** The same path in each. */
  readonly files: Readonly<Record<ProvenHypervisor, FileArgs>>;
}

export interface HypervisorPort {
  /** True while the last proof is of this start of the machine and is what the spec wants. */
  observeHypervisor: Observe<HypervisorArgs>;
  proveHypervisor: Apply<HypervisorArgs>;
  observeHypervisorFile: Observe<HypervisorFileArgs>;
  writeHypervisorFile: Apply<HypervisorFileArgs>;
}

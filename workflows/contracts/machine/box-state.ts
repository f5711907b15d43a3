// SPDX-License-Identifier: Apache-2.0
// How a box stands at this moment: what the machine's program sees of it, and the command line shows.

interface ServiceState {
  readonly name: string;
  /** `running`, `failed`, `activating`, `deactivating`, `stopped`, or `unknown` when no unit bears the name. */
  readonly state: string;
}

/** Of what servers may use: what is taken, and what there is with what Nova may promise beyond it. */
export interface Amount {
  readonly used: number;
  readonly total: number;
}

export interface Capacity {
  readonly processors: Amount;
  readonly memoryMebibytes: Amount;
  readonly diskGibibytes: Amount;
}

export interface BoxState {
  /** False while the box is off: nothing else is known then. */
  readonly isOn: boolean;
  /** What a guest was seen to run on; null before that, and without guests. */
  readonly hypervisor: 'kvm' | 'qemu' | null;
  readonly services: readonly ServiceState[];
  /** Units of any kind that failed. */
  readonly failedUnits: readonly string[];
  /** Of the whole box with its guests. */
  readonly memoryBytes: number | null;
  /** Null without Nova, and when Placement does not answer. */
  readonly capacity: Capacity | null;
}

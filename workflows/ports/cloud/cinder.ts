// SPDX-License-Identifier: Apache-2.0
// Where a box's volumes lie: proven, then set in Cinder; and whether Cinder reports that it can make volumes there.
import type { KeystoneAccess } from '../../contracts/box/cloud-access.ts';
import type { Apply, Observe } from '../run/activities.ts';
import type { FileArgs } from '../host.ts';

/** What volumes can lie on. */
export type VolumeBackend = 'lvm' | 'nfs';

export interface VolumeBackendArgs {
  readonly box: string;
  /** The same path in each. */
  readonly files: Readonly<Record<VolumeBackend, FileArgs>>;
}

interface VolumePoolsArgs extends KeystoneAccess {
  /** Under which Cinder knows this host. */
  readonly host: string;
}

export interface CinderPort {
  /** What was chosen once stays: volumes lie there. */
  observeVolumeBackend: Observe<VolumeBackendArgs>;
  chooseVolumeBackend: Apply<VolumeBackendArgs>;
  /** True once the scheduler has a report of the host; a volume before that ends in an error. */
  observeVolumePools: Observe<VolumePoolsArgs>;
}

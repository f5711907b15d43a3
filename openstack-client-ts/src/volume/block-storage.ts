// SPDX-License-Identifier: Apache-2.0
// Cinder v3: its resources behind one entry of the catalog. Attaching is Nova's, in compute/volume-attachments.ts.

import type { CallTarget } from '../call.ts';
import type { Send } from '../http/http.ts';
import type { VolumePools } from './pools.ts';
import type { VolumeQuotaSets } from './volume-quota-sets.ts';
import type { Volumes } from './volumes.ts';

import { createCall } from '../call.ts';
import { atVersion } from '../versioned.ts';
import { createVolumePools } from './pools.ts';
import { createVolumeQuotaSets } from './volume-quota-sets.ts';
import { createVolumes } from './volumes.ts';

/** Cinder v3. */
export interface BlockStorage {
  readonly volumes: Volumes;
  readonly pools: VolumePools;
  readonly quotaSets: VolumeQuotaSets;
}

/** Binds the resources to a way of sending. */
export function createBlockStorage(send: Send, target: CallTarget): BlockStorage {
  const call = createCall(send, atVersion(target, 'v3'));
  return {
    volumes: createVolumes(call),
    pools: createVolumePools(call),
    quotaSets: createVolumeQuotaSets(call),
  };
}

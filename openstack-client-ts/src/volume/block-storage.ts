// SPDX-License-Identifier: Apache-2.0
// Cinder v3: its resources behind one entry of the catalog. Attaching is Nova's, in compute/volume-attachments.ts.

import type { CallTarget } from '../call.ts';
import type { Send } from '../http.ts';
import type { Volumes } from './volumes.ts';

import { createCall } from '../call.ts';
import { atVersion } from '../versioned.ts';
import { createVolumes } from './volumes.ts';

/** Cinder v3. */
export interface BlockStorage {
  readonly volumes: Volumes;
}

/** Binds the resources to a way of sending. */
export function createBlockStorage(send: Send, target: CallTarget): BlockStorage {
  return { volumes: createVolumes(createCall(send, atVersion(target, 'v3'))) };
}

// SPDX-License-Identifier: Apache-2.0
// Where Cinder can make volumes, as its scheduler knows it: what never reported, or is down, is not in the list. For administrators.

import type { Call } from '../call.ts';
import type { ListOptions } from '../paging.ts';

import { z } from 'zod';
import { listAll } from '../paging.ts';

/** One place for volumes. */
export interface VolumePool {
  /** Such as `host@backend#pool`. */
  name: string;
}

/** The calls for pools. */
export interface VolumePools {
  list(options?: ListOptions): Promise<VolumePool[]>;
}

const schema = z.object({ name: z.string() });

/** Binds pools to calls. */
export function createVolumePools(call: Call): VolumePools {
  return {
    list: async (options) =>
      listAll({
        ...options,
        call,
        path: '/scheduler-stats/get_pools',
        query: {},
        envelope: 'pools',
        schema,
      }),
  };
}

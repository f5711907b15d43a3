// SPDX-License-Identifier: Apache-2.0
// The availability zones servers can be put into.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';

/** A zone, which is available when at least one of its hosts is. */
export interface AvailabilityZone {
  name: string;
  available: boolean;
}

/** The call for availability zones. */
export interface AvailabilityZones {
  list(options?: ComputeOptions): Promise<AvailabilityZone[]>;
}

const schema = z
  .object({
    availabilityZoneInfo: z.array(
      z.object({ zoneName: z.string(), zoneState: z.object({ available: z.boolean() }) }),
    ),
  })
  .transform(({ availabilityZoneInfo }) =>
    availabilityZoneInfo.map(({ zoneName, zoneState }): AvailabilityZone => ({
      name: zoneName,
      available: zoneState.available,
    })),
  );

/** Binds availability zones to calls. */
export function createAvailabilityZones(call: Call): AvailabilityZones {
  return {
    list: async (options) => call({ ...options, method: 'GET', path: '/os-availability-zone', schema }),
  };
}

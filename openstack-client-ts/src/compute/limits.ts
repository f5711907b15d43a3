// SPDX-License-Identifier: Apache-2.0
// What a project may use of Nova and what it uses now; -1 stands for no limit.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';

/** Limits and use of a project. */
export interface Limits {
  maxTotalCores: number;
  maxTotalInstances: number;
  /** MiB. */
  maxTotalRAMSize: number;
  maxTotalKeypairs: number;
  totalCoresUsed: number;
  totalInstancesUsed: number;
  /** MiB. */
  totalRAMUsed: number;
}

/** The call for limits. */
export interface LimitsReading {
  /** Those of the token's project, or of another one for administrators. */
  get(projectId?: string, options?: ComputeOptions): Promise<Limits>;
}

const absolute: z.ZodType<Limits> = z.object({
  maxTotalCores: z.number(),
  maxTotalInstances: z.number(),
  maxTotalRAMSize: z.number(),
  maxTotalKeypairs: z.number(),
  totalCoresUsed: z.number(),
  totalInstancesUsed: z.number(),
  totalRAMUsed: z.number(),
});
const schema = z.object({ limits: z.object({ absolute }) }).transform(({ limits }) => limits.absolute);

/** Binds limits to calls. */
export function createLimits(call: Call): LimitsReading {
  return {
    get: async (projectId, options) => {
      const query = { tenant_id: projectId };
      return call({ ...options, method: 'GET', path: '/limits', query, schema });
    },
  };
}

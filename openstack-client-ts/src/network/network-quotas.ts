// SPDX-License-Identifier: Apache-2.0
// How much of Neutron a project may have; -1 stands for no limit.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { entryOf } from '../entry.ts';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

const WIRE_NAMES = {
  floatingIp: 'floatingip',
} as const;

const fields = entryOf(
  {
    network: z.number(),
    subnet: z.number(),
    port: z.number(),
    router: z.number(),
    floatingIp: z.number(),
    securityGroup: z.number(),
    securityGroupRule: z.number(),
    rbacPolicy: z.number(),
    subnetpool: z.number(),
  },
  WIRE_NAMES,
);

/** The limits of a project. */
export interface NetworkQuota extends z.output<typeof fields> {}

const schema = enveloped('quota', fields);

/** The calls for quotas, each by the project's id. */
export interface NetworkQuotas {
  get(projectId: string, options?: CallOptions): Promise<NetworkQuota>;
  /** Changes the given limits only. */
  update(projectId: string, limits: Partial<NetworkQuota>, options?: CallOptions): Promise<NetworkQuota>;
  /** Back to the defaults; idempotent. */
  reset(projectId: string, options?: CallOptions): Promise<void>;
}

/** Binds quotas to calls. */
export function createNetworkQuotas(call: Call): NetworkQuotas {
  const pathOf = (projectId: string): string => `/quotas/${segment(projectId)}`;
  return {
    get: async (projectId, options) => call({ ...options, method: 'GET', path: pathOf(projectId), schema }),
    update: async (projectId, limits, options) => {
      const body = { quota: snakeCased(limits, WIRE_NAMES) };
      return call({ ...options, method: 'PUT', path: pathOf(projectId), body, schema });
    },
    reset: async (projectId, options) => deleteIdempotently(call, pathOf(projectId), options),
  };
}

// SPDX-License-Identifier: Apache-2.0
// How much of Neutron a project may have; -1 stands for no limit.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

/** The limits of a project. */
export interface NetworkQuota {
  network: number;
  subnet: number;
  port: number;
  router: number;
  floatingIp: number;
  securityGroup: number;
  securityGroupRule: number;
  rbacPolicy: number;
  subnetpool: number;
}

/** The calls for quotas, each by the project's id. */
export interface NetworkQuotas {
  get(projectId: string, options?: CallOptions): Promise<NetworkQuota>;
  /** Changes the given limits only. */
  update(projectId: string, limits: Partial<NetworkQuota>, options?: CallOptions): Promise<NetworkQuota>;
  /** Back to the defaults; idempotent. */
  reset(projectId: string, options?: CallOptions): Promise<void>;
}

const WIRE_NAMES = { floatingIp: 'floatingip' };

const schema = enveloped(
  'quota',
  z
    .object({
      network: z.number(),
      subnet: z.number(),
      port: z.number(),
      router: z.number(),
      floatingip: z.number(),
      security_group: z.number(),
      security_group_rule: z.number(),
      rbac_policy: z.number(),
      subnetpool: z.number(),
    })
    .transform((wire): NetworkQuota => ({
      network: wire.network,
      subnet: wire.subnet,
      port: wire.port,
      router: wire.router,
      floatingIp: wire.floatingip,
      subnetpool: wire.subnetpool,
      rbacPolicy: wire.rbac_policy,
      securityGroup: wire.security_group,
      securityGroupRule: wire.security_group_rule,
    })),
);

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

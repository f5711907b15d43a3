// SPDX-License-Identifier: Apache-2.0
// The hypervisors Nova knows, as it last heard of them. What they have left is Placement's to tell.

import type { Call } from '../call.ts';
import type { ComputeListOptions, ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { isOpenStackError } from '../errors.ts';
import { segment } from '../http/http.ts';
import { listAll } from '../paging.ts';
import { enveloped } from '../resource.ts';

/** A hypervisor as Nova has it. */
export interface Hypervisor {
  id: string;
  hostname: string;
  hostAddress: string | undefined;
  /** `up` when its service was heard of lately. */
  state: 'up' | 'down';
  status: 'enabled' | 'disabled';
  /** Such as `QEMU`. */
  type: string;
  version: number;
  service: { id: string; host: string; disabledReason: string | undefined };
}

/** What hypervisors can be listed by. */
export type HypervisorFilter = {
  /** A part of the name is enough. */
  hostname?: string | undefined;
};

/** The calls for hypervisors. */
export interface Hypervisors {
  /** With details. A host name that fits none is an empty list. */
  list(filter?: HypervisorFilter, options?: ComputeListOptions): Promise<Hypervisor[]>;
  get(id: string, options?: ComputeOptions): Promise<Hypervisor>;
}

const schema = z
  .object({
    id: z.string(),
    hypervisor_hostname: z.string(),
    host_ip: z.string().nullish(),
    state: z.enum(['up', 'down']),
    status: z.enum(['enabled', 'disabled']),
    hypervisor_type: z.string(),
    hypervisor_version: z.number(),
    service: z.object({ id: z.string(), host: z.string(), disabled_reason: z.string().nullish() }),
  })
  .transform(({ id, state, status, service, ...wire }): Hypervisor => ({
    id,
    state,
    status,
    hostname: wire.hypervisor_hostname,
    hostAddress: wire.host_ip ?? undefined,
    type: wire.hypervisor_type,
    version: wire.hypervisor_version,
    service: { id: service.id, host: service.host, disabledReason: service.disabled_reason ?? undefined },
  }));

/** Binds hypervisors to calls. */
export function createHypervisors(call: Call): Hypervisors {
  return {
    list: async ({ hostname } = {}, options) => {
      const query = { hypervisor_hostname_pattern: hostname };
      try {
        return await listAll({
          ...options,
          call,
          path: '/os-hypervisors/detail',
          query,
          envelope: 'hypervisors',
          schema,
          // Nova takes no page size together with a pattern.
          idOf: ({ id }) => id,
          pageSize: hostname === undefined ? options?.pageSize : undefined,
        });
      } catch (error) {
        // Nova has no empty list for a pattern.
        if (hostname !== undefined && isOpenStackError(error, 'not-found')) return [];
        throw error;
      }
    },
    get: async (id, options) => {
      const path = `/os-hypervisors/${segment(id)}`;
      return call({ ...options, method: 'GET', path, schema: enveloped('hypervisor', schema) });
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
// The hypervisors Nova knows, as it last heard of them. What they have left is Placement's to tell.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { ComputeListOptions, ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf, orNone } from '../entry.ts';
import { isOpenStackError } from '../errors.ts';
import { segment } from '../http/http.ts';
import { listAll } from '../paging.ts';
import { enveloped } from '../resource.ts';

const WIRE_NAMES = {
  hostname: 'hypervisor_hostname',
  hostAddress: 'host_ip',
  type: 'hypervisor_type',
  version: 'hypervisor_version',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    hostname: z.string(),
    hostAddress: orNone(z.string()),
    /** `up` when its service was heard of lately. */
    state: z.enum(['up', 'down']),
    status: z.enum(['enabled', 'disabled']),
    /** Such as `QEMU`. */
    type: z.string(),
    version: z.number(),
    service: entryOf({ id: z.string(), host: z.string(), disabledReason: orNone(z.string()) }),
  },
  WIRE_NAMES,
);

/** A hypervisor as Nova has it. */
export interface Hypervisor extends z.output<typeof schema> {}

/** What hypervisors can be listed by. */
export type HypervisorFilter = Given<Hypervisor, never, 'hostname'>;

/** The calls for hypervisors. */
export interface Hypervisors {
  /** With details. A host name that fits none is an empty list. */
  list(filter?: HypervisorFilter, options?: ComputeListOptions): Promise<Hypervisor[]>;
  get(id: string, options?: ComputeOptions): Promise<Hypervisor>;
}

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

// SPDX-License-Identifier: Apache-2.0
// Nova's own processes on the hosts, as they last reported.
// Enabling and disabling them is left to `client.request`.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf, orNone } from '../entry.ts';
import { listAll } from '../paging.ts';

const schema = entryOf({
  id: z.string(),
  binary: z.string(),
  host: z.string(),
  zone: z.string(),
  status: z.enum(['enabled', 'disabled']),
  /** `up` when it reported lately. */
  state: z.enum(['up', 'down']),
  disabledReason: orNone(z.string()),
  /** When it reported last; absent before it ever did. */
  updatedAt: orNone(z.string()),
});

/** One process of Nova, such as `nova-compute` on a host. */
export interface ComputeService extends z.output<typeof schema> {}

/** What services can be listed by. */
export type ComputeServiceFilter = Given<ComputeService, never, 'binary' | 'host'>;

/** The calls for Nova's services. */
export interface ComputeServices {
  list(filter?: ComputeServiceFilter, options?: ComputeOptions): Promise<ComputeService[]>;
}

/** Binds services to calls. */
export function createComputeServices(call: Call): ComputeServices {
  return {
    list: async (filter = {}, options) =>
      listAll({
        ...options,
        call,
        path: '/os-services',
        query: filter,
        envelope: 'services',
        schema,
        idOf: ({ id }) => id,
      }),
  };
}

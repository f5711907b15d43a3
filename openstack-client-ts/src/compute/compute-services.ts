// SPDX-License-Identifier: Apache-2.0
// Nova's own processes on the hosts, as they last reported.
// Enabling and disabling them is left to `client.request`.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { listAll } from '../paging.ts';

/** One process of Nova, such as `nova-compute` on a host. */
export interface ComputeService {
  id: string;
  binary: string;
  host: string;
  zone: string;
  status: 'enabled' | 'disabled';
  /** `up` when it reported lately. */
  state: 'up' | 'down';
  disabledReason: string | undefined;
  /** When it reported last; absent before it ever did. */
  updatedAt: string | undefined;
}

/** What services can be listed by. */
export type ComputeServiceFilter = { binary?: string | undefined; host?: string | undefined };

/** The calls for Nova's services. */
export interface ComputeServices {
  list(filter?: ComputeServiceFilter, options?: ComputeOptions): Promise<ComputeService[]>;
}

const schema = z
  .object({
    id: z.string(),
    binary: z.string(),
    host: z.string(),
    zone: z.string(),
    status: z.enum(['enabled', 'disabled']),
    state: z.enum(['up', 'down']),
    disabled_reason: z.string().nullish(),
    updated_at: z.string().nullish(),
  })
  .transform(({ disabled_reason, updated_at, ...wire }): ComputeService => ({
    id: wire.id,
    binary: wire.binary,
    host: wire.host,
    zone: wire.zone,
    status: wire.status,
    state: wire.state,
    disabledReason: disabled_reason ?? undefined,
    updatedAt: updated_at ?? undefined,
  }));

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

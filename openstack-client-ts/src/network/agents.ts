// SPDX-License-Identifier: Apache-2.0
// Neutron's own processes on the hosts, as they last reported.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { ListOptions } from '../paging.ts';

import { z } from 'zod';
import { entryOf, orNone, textOrNone } from '../entry.ts';
import { snakeCased } from '../key.ts';
import { listAll } from '../paging.ts';

const WIRE_NAMES = {
  heartbeatAt: 'heartbeat_timestamp',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    /** Such as `DHCP agent`, `L3 agent`, `OVN Controller agent`. */
    agentType: z.string(),
    binary: z.string(),
    host: z.string(),
    /** Whether it reported lately. */
    alive: z.boolean(),
    adminStateUp: z.boolean(),
    availabilityZone: textOrNone(),
    /** In UTC, without saying so. */
    heartbeatAt: orNone(z.string()),
  },
  WIRE_NAMES,
);

/** One process of Neutron on a host. */
export interface NetworkAgent extends z.output<typeof schema> {}

/** What agents can be listed by. */
export type NetworkAgentFilter = Given<NetworkAgent, never, 'agentType' | 'binary' | 'host'>;

/** The calls for agents. */
export interface NetworkAgents {
  list(filter?: NetworkAgentFilter, options?: ListOptions): Promise<NetworkAgent[]>;
}

/** Binds agents to calls. */
export function createNetworkAgents(call: Call): NetworkAgents {
  return {
    list: async (filter = {}, options) =>
      listAll({
        ...options,
        call,
        path: '/agents',
        query: snakeCased(filter) as Record<string, string>,
        envelope: 'agents',
        schema,
        idOf: ({ id }: NetworkAgent) => id,
      }),
  };
}

// SPDX-License-Identifier: Apache-2.0
// Neutron's own processes on the hosts, as they last reported.

import type { Call } from '../call.ts';
import type { ListOptions } from '../paging.ts';

import { z } from 'zod';
import { snakeCased } from '../key.ts';
import { listAll } from '../paging.ts';

/** One process of Neutron on a host. */
export interface NetworkAgent {
  id: string;
  /** Such as `DHCP agent`, `L3 agent`, `OVN Controller agent`. */
  agentType: string;
  binary: string;
  host: string;
  /** Whether it reported lately. */
  alive: boolean;
  adminStateUp: boolean;
  availabilityZone: string | undefined;
  /** In UTC, without saying so. */
  heartbeatAt: string | undefined;
}

/** What agents can be listed by. */
export type NetworkAgentFilter = {
  agentType?: string | undefined;
  binary?: string | undefined;
  host?: string | undefined;
};

/** The calls for agents. */
export interface NetworkAgents {
  list(filter?: NetworkAgentFilter, options?: ListOptions): Promise<NetworkAgent[]>;
}

const schema = z
  .object({
    id: z.string(),
    agent_type: z.string(),
    binary: z.string(),
    host: z.string(),
    alive: z.boolean(),
    admin_state_up: z.boolean(),
    availability_zone: z.string().nullish(),
    heartbeat_timestamp: z.string().nullish(),
  })
  .transform(({ id, binary, host, alive, ...wire }): NetworkAgent => ({
    id,
    binary,
    host,
    alive,
    agentType: wire.agent_type,
    adminStateUp: wire.admin_state_up,
    availabilityZone: wire.availability_zone || undefined,
    heartbeatAt: wire.heartbeat_timestamp ?? undefined,
  }));

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

// SPDX-License-Identifier: Apache-2.0
// Networks. Neutron knows no unique names: callers of different processes that ensure one at once may get two.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const WIRE_NAMES = {
  external: 'router:external',
  providerNetworkType: 'provider:network_type',
  providerPhysicalNetwork: 'provider:physical_network',
  providerSegmentationId: 'provider:segmentation_id',
  subnetIds: 'subnets',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    name: z.string(),
    projectId: z.string(),
    description: orElse(z.string(), ''),
    status: z.string(),
    adminStateUp: z.boolean(),
    /** Seen and used by every project. */
    shared: z.boolean(),
    /** Floating addresses and gateways of routers come from it. */
    external: orElse(z.boolean(), false),
    mtu: orNone(z.number()),
    portSecurityEnabled: orElse(z.boolean(), true),
    subnetIds: z.array(z.string()),
    /** Such as `flat`, `vlan`, `vxlan`, `geneve`. */
    providerNetworkType: orNone(z.string()),
    providerPhysicalNetwork: orNone(z.string()),
    providerSegmentationId: orNone(z.number()),
  },
  WIRE_NAMES,
);

/** A network as Neutron has it; provider fields are absent for all but administrators. */
export interface Network extends z.output<typeof schema> {}

/** What a network is created from; up, of the token's project and not shared by default. */
export type NewNetwork = Given<
  Network,
  'name',
  | 'projectId'
  | 'description'
  | 'adminStateUp'
  | 'shared'
  | 'external'
  | 'mtu'
  | 'portSecurityEnabled'
  | 'providerNetworkType'
  | 'providerPhysicalNetwork'
  | 'providerSegmentationId'
>;

/** Names are not unique: several of them are a conflict when looked for; a project narrows it down. */
export type NetworkKey = Given<Network, 'name', 'projectId'>;
/** What networks can be listed by. */
export type NetworkFilter = Given<
  Network,
  never,
  'name' | 'projectId' | 'shared' | 'external' | 'status' | 'providerNetworkType' | 'providerPhysicalNetwork'
>;
/** The calls for networks. */
export type Networks = Resource<Network, NewNetwork, NetworkKey, NetworkFilter>;

/** Binds networks to calls. */
export function createNetworks(call: Call): Networks {
  return createResource(call, {
    singular: 'network',
    plural: 'networks',
    updateMethod: 'PUT',
    schema,
    filters: ['name', 'projectId'],
    keyOf: ({ name, projectId }) => ({ name, projectId }),
    wireNames: WIRE_NAMES,
  });
}

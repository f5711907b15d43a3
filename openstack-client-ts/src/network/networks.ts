// SPDX-License-Identifier: Apache-2.0
// Networks. Neutron knows no unique names: callers of different processes that ensure one at once may get two.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A network as Neutron has it; provider fields are absent for all but administrators. */
export interface Network {
  id: string;
  name: string;
  projectId: string;
  description: string;
  status: string;
  adminStateUp: boolean;
  /** Seen and used by every project. */
  shared: boolean;
  /** Floating addresses and gateways of routers come from it. */
  external: boolean;
  mtu: number | undefined;
  portSecurityEnabled: boolean;
  subnetIds: string[];
  /** Such as `flat`, `vlan`, `vxlan`, `geneve`. */
  providerNetworkType: string | undefined;
  providerPhysicalNetwork: string | undefined;
  providerSegmentationId: number | undefined;
}

/** What a network is created from; up, of the token's project and not shared by default. */
export interface NewNetwork {
  name: string;
  projectId?: string | undefined;
  description?: string | undefined;
  adminStateUp?: boolean | undefined;
  shared?: boolean | undefined;
  external?: boolean | undefined;
  mtu?: number | undefined;
  portSecurityEnabled?: boolean | undefined;
  providerNetworkType?: string | undefined;
  providerPhysicalNetwork?: string | undefined;
  providerSegmentationId?: number | undefined;
}

/** Names are not unique: several of them are a conflict when looked for; a project narrows it down. */
export type NetworkKey = { name: string; projectId?: string | undefined };
/** What networks can be listed by. */
export type NetworkFilter = {
  name?: string | undefined;
  projectId?: string | undefined;
  shared?: boolean | undefined;
  external?: boolean | undefined;
  status?: string | undefined;
  providerNetworkType?: string | undefined;
  providerPhysicalNetwork?: string | undefined;
};
/** The calls for networks. */
export type Networks = Resource<Network, NewNetwork, NetworkKey, NetworkFilter>;

const WIRE_NAMES = {
  external: 'router:external',
  providerNetworkType: 'provider:network_type',
  providerPhysicalNetwork: 'provider:physical_network',
  providerSegmentationId: 'provider:segmentation_id',
} as const;

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    status: z.string(),
    admin_state_up: z.boolean(),
    shared: z.boolean(),
    [WIRE_NAMES.external]: z.boolean().nullish(),
    mtu: z.number().nullish(),
    port_security_enabled: z.boolean().nullish(),
    subnets: z.array(z.string()),
    [WIRE_NAMES.providerNetworkType]: z.string().nullish(),
    [WIRE_NAMES.providerPhysicalNetwork]: z.string().nullish(),
    [WIRE_NAMES.providerSegmentationId]: z.number().nullish(),
  })
  .transform(({ id, name, status, shared, ...wire }): Network => ({
    id,
    name,
    status,
    shared,
    projectId: wire.project_id,
    description: wire.description ?? '',
    adminStateUp: wire.admin_state_up,
    external: wire[WIRE_NAMES.external] ?? false,
    mtu: wire.mtu ?? undefined,
    portSecurityEnabled: wire.port_security_enabled ?? true,
    subnetIds: wire.subnets,
    providerNetworkType: wire[WIRE_NAMES.providerNetworkType] ?? undefined,
    providerPhysicalNetwork: wire[WIRE_NAMES.providerPhysicalNetwork] ?? undefined,
    providerSegmentationId: wire[WIRE_NAMES.providerSegmentationId] ?? undefined,
  }));

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

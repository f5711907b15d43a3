// SPDX-License-Identifier: Apache-2.0
// Floating addresses: from an external network, led to a port behind a router.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A floating address as Neutron has it. */
export interface FloatingIp {
  id: string;
  floatingIpAddress: string;
  floatingNetworkId: string;
  projectId: string;
  description: string;
  status: string;
  /** Absent while it leads nowhere. */
  portId: string | undefined;
  fixedIpAddress: string | undefined;
  routerId: string | undefined;
}

/** What a floating address is created from; Neutron chooses the address, and it leads nowhere, by default. */
export interface NewFloatingIp {
  floatingNetworkId: string;
  portId?: string | undefined;
  /** Needed when the port has several. */
  fixedIpAddress?: string | undefined;
  floatingIpAddress?: string | undefined;
  subnetId?: string | undefined;
  projectId?: string | undefined;
  description?: string | undefined;
}

/** A port, or an address of one's own choice, tells floating addresses apart; `ensure` needs one of them. */
export type FloatingIpKey = {
  floatingNetworkId: string;
  portId?: string | undefined;
  floatingIpAddress?: string | undefined;
};
/** What floating addresses can be listed by. */
export type FloatingIpFilter = Partial<FloatingIpKey> & {
  projectId?: string | undefined;
  routerId?: string | undefined;
  status?: string | undefined;
};
/** What can be changed: a port of null makes it lead nowhere. */
export type FloatingIpChanges = {
  portId?: string | null | undefined;
  fixedIpAddress?: string | undefined;
  description?: string | undefined;
};
/** The calls for floating addresses. */
export type FloatingIps = Resource<
  FloatingIp,
  NewFloatingIp,
  FloatingIpKey,
  FloatingIpFilter,
  CallOptions,
  FloatingIpChanges
>;

const schema = z
  .object({
    id: z.string(),
    floating_ip_address: z.string(),
    floating_network_id: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    status: z.string(),
    port_id: z.string().nullish(),
    fixed_ip_address: z.string().nullish(),
    router_id: z.string().nullish(),
  })
  .transform(({ id, status, ...wire }): FloatingIp => ({
    id,
    status,
    floatingIpAddress: wire.floating_ip_address,
    floatingNetworkId: wire.floating_network_id,
    projectId: wire.project_id,
    description: wire.description ?? '',
    portId: wire.port_id ?? undefined,
    fixedIpAddress: wire.fixed_ip_address ?? undefined,
    routerId: wire.router_id ?? undefined,
  }));

/** Binds floating addresses to calls. */
export function createFloatingIps(call: Call): FloatingIps {
  return createResource(call, {
    singular: 'floatingip',
    plural: 'floatingips',
    updateMethod: 'PUT',
    schema,
    filters: ['floatingNetworkId', 'portId', 'floatingIpAddress'],
    keyOf: ({ floatingNetworkId, portId, floatingIpAddress }: NewFloatingIp): FloatingIpKey => {
      // With the network alone, a second `ensure` would hand over the address somebody else uses.
      if (portId === undefined && floatingIpAddress === undefined) {
        throw new TypeError('ensure() of a floating address needs a portId or a floatingIpAddress');
      }
      return { floatingNetworkId, portId, floatingIpAddress };
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
// Floating addresses: from an external network, led to a port behind a router.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  floatingIpAddress: z.string(),
  floatingNetworkId: z.string(),
  projectId: z.string(),
  description: orElse(z.string(), ''),
  status: z.string(),
  /** Absent while it leads nowhere. */
  portId: orNone(z.string()),
  fixedIpAddress: orNone(z.string()),
  routerId: orNone(z.string()),
});

/** A floating address as Neutron has it. */
export interface FloatingIp extends z.output<typeof schema> {}

/** What a floating address is created from; Neutron chooses the address, and it leads nowhere, by default. */
export type NewFloatingIp = Given<
  FloatingIp,
  'floatingNetworkId',
  'portId' | 'fixedIpAddress' | 'floatingIpAddress' | 'projectId' | 'description'
> & {
  subnetId?: string | undefined;
};

/** A port, or an address of one's own choice, tells floating addresses apart; `ensure` needs one of them. */
export type FloatingIpKey = Given<FloatingIp, 'floatingNetworkId', 'portId' | 'floatingIpAddress'>;
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

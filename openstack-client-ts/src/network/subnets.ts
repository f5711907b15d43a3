// SPDX-License-Identifier: Apache-2.0
// Subnets. Neutron refuses one that overlaps another of its network (400), which is no conflict to it.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const allocationPool = entryOf({ start: z.string(), end: z.string() });

/** Addresses that Neutron hands out, from the first to the last. */
export interface AllocationPool extends z.output<typeof allocationPool> {}

const hostRoute = entryOf({ destination: z.string(), nexthop: z.string() });

/** A route that servers are told. */
export interface HostRoute extends z.output<typeof hostRoute> {}

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  networkId: z.string(),
  projectId: z.string(),
  description: orElse(z.string(), ''),
  ipVersion: z.union([z.literal(4), z.literal(6)]),
  cidr: z.string(),
  /** Absent for none. */
  gatewayIp: orNone(z.string()),
  enableDhcp: z.boolean(),
  allocationPools: z.array(allocationPool),
  dnsNameservers: z.array(z.string()),
  hostRoutes: z.array(hostRoute),
});

/** A subnet as Neutron has it. */
export interface Subnet extends z.output<typeof schema> {}

/** What a subnet is created from; with DHCP and the first address as gateway, by default. */
export type NewSubnet = Given<
  Subnet,
  'name' | 'networkId' | 'cidr',
  'ipVersion' | 'projectId' | 'description' | 'enableDhcp'
> & {
  /** Null for none. */
  gatewayIp?: string | null | undefined;
  allocationPools?: readonly AllocationPool[] | undefined;
  dnsNameservers?: readonly string[] | undefined;
  hostRoutes?: readonly HostRoute[] | undefined;
  ipv6AddressMode?: string | undefined;
  ipv6RaMode?: string | undefined;
};

/** What can be changed of a subnet. */
export type SubnetChanges = Partial<
  Pick<
    NewSubnet,
    'name' | 'description' | 'gatewayIp' | 'enableDhcp' | 'allocationPools' | 'dnsNameservers' | 'hostRoutes'
  >
>;

/** One name per network by convention; Neutron itself enforces nothing. */
export type SubnetKey = Given<Subnet, 'name' | 'networkId'>;
/** What subnets can be listed by. */
export type SubnetFilter = Given<Subnet, never, 'name' | 'networkId' | 'projectId' | 'cidr' | 'ipVersion'>;
/** The calls for subnets. */
export type Subnets = Resource<Subnet, NewSubnet, SubnetKey, SubnetFilter, CallOptions, SubnetChanges>;

/** Binds subnets to calls. */
export function createSubnets(call: Call): Subnets {
  const subnets: Subnets = createResource(call, {
    singular: 'subnet',
    plural: 'subnets',
    updateMethod: 'PUT',
    schema,
    filters: ['name', 'networkId'],
    keyOf: ({ name, networkId }: NewSubnet) => ({ name, networkId }),
  });
  return {
    ...subnets,
    // Neutron insists on being told the version, although the CIDR tells it.
    create: (input, options) => subnets.create({ ...input, ipVersion: versionOf(input) }, options),
    ensure: (input, options) => subnets.ensure({ ...input, ipVersion: versionOf(input) }, options),
  };
}

function versionOf({ ipVersion, cidr }: NewSubnet): 4 | 6 {
  return ipVersion ?? (cidr.includes(':') ? 6 : 4);
}

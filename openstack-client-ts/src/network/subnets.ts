// SPDX-License-Identifier: Apache-2.0
// Subnets. Neutron refuses one that overlaps another of its network (400), which is no conflict to it.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** Addresses that Neutron hands out, both ends included. */
export interface AllocationPool {
  start: string;
  end: string;
}

/** A route that servers are told. */
export interface HostRoute {
  destination: string;
  nexthop: string;
}

/** A subnet as Neutron has it. */
export interface Subnet {
  id: string;
  name: string;
  networkId: string;
  projectId: string;
  description: string;
  ipVersion: 4 | 6;
  cidr: string;
  /** Absent for none. */
  gatewayIp: string | undefined;
  enableDhcp: boolean;
  allocationPools: AllocationPool[];
  dnsNameservers: string[];
  hostRoutes: HostRoute[];
}

/** What a subnet is created from; with DHCP and the first address as gateway, by default. */
export interface NewSubnet {
  name: string;
  networkId: string;
  cidr: string;
  ipVersion?: 4 | 6 | undefined;
  projectId?: string | undefined;
  description?: string | undefined;
  /** Null for none. */
  gatewayIp?: string | null | undefined;
  enableDhcp?: boolean | undefined;
  allocationPools?: readonly AllocationPool[] | undefined;
  dnsNameservers?: readonly string[] | undefined;
  hostRoutes?: readonly HostRoute[] | undefined;
  ipv6AddressMode?: string | undefined;
  ipv6RaMode?: string | undefined;
}

/** What can be changed of a subnet. */
export type SubnetChanges = Partial<
  Pick<
    NewSubnet,
    'name' | 'description' | 'gatewayIp' | 'enableDhcp' | 'allocationPools' | 'dnsNameservers' | 'hostRoutes'
  >
>;

/** One name per network by convention; Neutron itself enforces nothing. */
export type SubnetKey = { name: string; networkId: string };
/** What subnets can be listed by. */
export type SubnetFilter = {
  name?: string | undefined;
  networkId?: string | undefined;
  projectId?: string | undefined;
  cidr?: string | undefined;
  ipVersion?: 4 | 6 | undefined;
};
/** The calls for subnets. */
export type Subnets = Resource<Subnet, NewSubnet, SubnetKey, SubnetFilter, CallOptions, SubnetChanges>;

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    network_id: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    ip_version: z.union([z.literal(4), z.literal(6)]),
    cidr: z.string(),
    gateway_ip: z.string().nullish(),
    enable_dhcp: z.boolean(),
    allocation_pools: z.array(z.object({ start: z.string(), end: z.string() })),
    dns_nameservers: z.array(z.string()),
    host_routes: z.array(z.object({ destination: z.string(), nexthop: z.string() })),
  })
  .transform((wire): Subnet => ({
    id: wire.id,
    name: wire.name,
    cidr: wire.cidr,
    networkId: wire.network_id,
    projectId: wire.project_id,
    description: wire.description ?? '',
    ipVersion: wire.ip_version,
    gatewayIp: wire.gateway_ip ?? undefined,
    enableDhcp: wire.enable_dhcp,
    allocationPools: wire.allocation_pools,
    dnsNameservers: wire.dns_nameservers,
    hostRoutes: wire.host_routes,
  }));

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

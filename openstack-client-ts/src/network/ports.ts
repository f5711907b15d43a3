// SPDX-License-Identifier: Apache-2.0
// Ports. Those that Nova or a router made are theirs to change and delete.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';
import type { FixedIp } from './routers.ts';

import { z } from 'zod';
import { snakeCased } from '../key.ts';
import { createResource } from '../resource.ts';

/** A port as Neutron has it; binding fields are absent for all but administrators. */
export interface Port {
  id: string;
  name: string;
  networkId: string;
  projectId: string;
  description: string;
  status: string;
  adminStateUp: boolean;
  macAddress: string;
  fixedIps: FixedIp[];
  securityGroupIds: string[];
  portSecurityEnabled: boolean;
  /** What uses it: a server's or router's id. */
  deviceId: string | undefined;
  /** Such as `compute:nova`, `network:dhcp`. */
  deviceOwner: string | undefined;
  bindingHostId: string | undefined;
  /** `binding_failed` when no mechanism could connect it. */
  bindingVifType: string | undefined;
  bindingVnicType: string | undefined;
  /** Under which a resolver of the network answers for it; none where the cloud keeps no names. */
  dnsNames: string[];
}

/** What a port is created from; with an address of Neutron's choice and the group `default` by default. */
export interface NewPort {
  name: string;
  networkId: string;
  projectId?: string | undefined;
  description?: string | undefined;
  adminStateUp?: boolean | undefined;
  macAddress?: string | undefined;
  fixedIps?: readonly { subnetId: string; ipAddress?: string | undefined }[] | undefined;
  securityGroupIds?: readonly string[] | undefined;
  portSecurityEnabled?: boolean | undefined;
  deviceId?: string | undefined;
  deviceOwner?: string | undefined;
  bindingHostId?: string | undefined;
  bindingVnicType?: string | undefined;
}

/** One name per network by convention; Neutron itself enforces nothing. */
export type PortKey = { name: string; networkId: string };
/** What ports can be listed by. */
export type PortFilter = {
  name?: string | undefined;
  networkId?: string | undefined;
  projectId?: string | undefined;
  deviceId?: string | undefined;
  deviceOwner?: string | undefined;
  macAddress?: string | undefined;
  status?: string | undefined;
  bindingHostId?: string | undefined;
};
/** What can be changed of a port. */
export type PortChanges = Partial<Omit<NewPort, 'networkId' | 'projectId'>>;
/** The calls for ports. */
export type Ports = Resource<Port, NewPort, PortKey, PortFilter, CallOptions, PortChanges>;

const WIRE_NAMES = {
  securityGroupIds: 'security_groups',
  bindingHostId: 'binding:host_id',
  bindingVifType: 'binding:vif_type',
  bindingVnicType: 'binding:vnic_type',
} as const;

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    network_id: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    status: z.string(),
    admin_state_up: z.boolean(),
    mac_address: z.string(),
    fixed_ips: z.array(z.object({ subnet_id: z.string(), ip_address: z.string() })),
    security_groups: z.array(z.string()).nullish(),
    port_security_enabled: z.boolean().nullish(),
    device_id: z.string().nullish(),
    device_owner: z.string().nullish(),
    [WIRE_NAMES.bindingHostId]: z.string().nullish(),
    [WIRE_NAMES.bindingVifType]: z.string().nullish(),
    [WIRE_NAMES.bindingVnicType]: z.string().nullish(),
    dns_assignment: z.array(z.object({ fqdn: z.string() })).nullish(),
  })
  .transform(({ id, name, status, ...wire }): Port => ({
    id,
    name,
    status,
    networkId: wire.network_id,
    projectId: wire.project_id,
    description: wire.description ?? '',
    adminStateUp: wire.admin_state_up,
    macAddress: wire.mac_address,
    fixedIps: wire.fixed_ips.map((each) => ({ subnetId: each.subnet_id, ipAddress: each.ip_address })),
    securityGroupIds: wire.security_groups ?? [],
    portSecurityEnabled: wire.port_security_enabled ?? true,
    // Neutron writes an empty text where nothing uses it.
    deviceId: wire.device_id || undefined,
    deviceOwner: wire.device_owner || undefined,
    bindingHostId: wire[WIRE_NAMES.bindingHostId] || undefined,
    bindingVifType: wire[WIRE_NAMES.bindingVifType] ?? undefined,
    bindingVnicType: wire[WIRE_NAMES.bindingVnicType] ?? undefined,
    dnsNames: (wire.dns_assignment ?? []).map(({ fqdn }) => fqdn),
  }));

/** Binds ports to calls. */
export function createPorts(call: Call): Ports {
  return createResource(call, {
    singular: 'port',
    plural: 'ports',
    updateMethod: 'PUT',
    schema,
    filters: ['name', 'networkId'],
    keyOf: ({ name, networkId }: NewPort) => ({ name, networkId }),
    wireNames: WIRE_NAMES,
    toWire: (fields) => toWire(fields),
  });
}

function toWire({ fixedIps, ...fields }: PortChanges): object {
  const addresses = fixedIps && { fixed_ips: fixedIps.map((each) => snakeCased(each)) };
  return { ...snakeCased(fields, WIRE_NAMES), ...addresses };
}

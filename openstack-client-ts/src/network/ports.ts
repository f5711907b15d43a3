// SPDX-License-Identifier: Apache-2.0
// Ports. Those that Nova or a router made are theirs to change and delete.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone, textOrNone } from '../entry.ts';
import { snakeCased } from '../key.ts';
import { createResource } from '../resource.ts';
import { fixedIp } from './routers.ts';

const WIRE_NAMES = {
  securityGroupIds: 'security_groups',
  dnsNames: 'dns_assignment',
  bindingHostId: 'binding:host_id',
  bindingVifType: 'binding:vif_type',
  bindingVnicType: 'binding:vnic_type',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    name: z.string(),
    networkId: z.string(),
    projectId: z.string(),
    description: orElse(z.string(), ''),
    status: z.string(),
    adminStateUp: z.boolean(),
    macAddress: z.string(),
    fixedIps: z.array(fixedIp),
    securityGroupIds: orElse(z.array(z.string()), []),
    portSecurityEnabled: orElse(z.boolean(), true),
    /** What uses it: a server's or router's id. */
    deviceId: textOrNone(),
    /** Such as `compute:nova`, `network:dhcp`. */
    deviceOwner: textOrNone(),
    bindingHostId: textOrNone(),
    /** `binding_failed` when no mechanism could connect it. */
    bindingVifType: orNone(z.string()),
    bindingVnicType: orNone(z.string()),
    /** Under which a resolver of the network answers for it; none where the cloud keeps no names. */
    dnsNames: orElse(z.array(z.object({ fqdn: z.string() }).transform(({ fqdn }) => fqdn)), []),
  },
  WIRE_NAMES,
);

/** A port as Neutron has it; binding fields are absent for all but administrators. */
export interface Port extends z.output<typeof schema> {}

/** What a port is created from; with an address of Neutron's choice and the group `default` by default. */
export type NewPort = Given<
  Port,
  'name' | 'networkId',
  | 'projectId'
  | 'description'
  | 'adminStateUp'
  | 'macAddress'
  | 'portSecurityEnabled'
  | 'deviceId'
  | 'deviceOwner'
  | 'bindingHostId'
  | 'bindingVnicType'
> & {
  fixedIps?: readonly { subnetId: string; ipAddress?: string | undefined }[] | undefined;
  securityGroupIds?: readonly string[] | undefined;
};

/** One name per network by convention; Neutron itself enforces nothing. */
export type PortKey = Given<Port, 'name' | 'networkId'>;
/** What ports can be listed by. */
export type PortFilter = Given<
  Port,
  never,
  'name' | 'networkId' | 'projectId' | 'deviceId' | 'deviceOwner' | 'macAddress' | 'status' | 'bindingHostId'
>;
/** What can be changed of a port. */
export type PortChanges = Partial<Omit<NewPort, 'networkId' | 'projectId'>>;
/** The calls for ports. */
export type Ports = Resource<Port, NewPort, PortKey, PortFilter, CallOptions, PortChanges>;

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

// SPDX-License-Identifier: Apache-2.0
// Routers and their gateways; which subnets they join is in router-interfaces.ts.
// A router with interfaces cannot be deleted: take them away first.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';
import type { RouterInterfaces } from './router-interfaces.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { OpenStackError } from '../errors.ts';
import { snakeCased } from '../key.ts';
import { createResource } from '../resource.ts';
import { createRouterInterfaces, interfacesOf } from './router-interfaces.ts';

/** Reads an address on a subnet. */
export const fixedIp = entryOf({ subnetId: z.string(), ipAddress: z.string() });

/** An address on a subnet. */
export interface FixedIp extends z.output<typeof fixedIp> {}

const gateway = entryOf({
  networkId: z.string(),
  enableSnat: orElse(z.boolean(), true),
  externalFixedIps: z.array(fixedIp),
});

/** How a router reaches an external network. */
export interface ExternalGateway extends z.output<typeof gateway> {}

/** What a gateway is made from; Neutron chooses the address when none is given. */
export interface NewExternalGateway {
  networkId: string;
  enableSnat?: boolean | undefined;
  externalFixedIps?: readonly { subnetId: string; ipAddress?: string | undefined }[] | undefined;
}

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  projectId: z.string(),
  description: orElse(z.string(), ''),
  status: z.string(),
  adminStateUp: z.boolean(),
  externalGatewayInfo: orNone(gateway),
});

/** A router as Neutron has it. */
export interface Router extends z.output<typeof schema> {}

/** What a router is created from; up, without a gateway, by default. */
export type NewRouter = Given<Router, 'name', 'projectId' | 'description' | 'adminStateUp'> & {
  /** Null takes a gateway away. */
  externalGatewayInfo?: NewExternalGateway | null | undefined;
};

/** Names are not unique: several of them are a conflict when looked for; a project narrows it down. */
export type RouterKey = Given<Router, 'name', 'projectId'>;
/** What routers can be listed by. */
export type RouterFilter = Given<Router, never, 'name' | 'projectId' | 'status'>;
/** The calls for routers. */
export type Routers = Resource<Router, NewRouter, RouterKey, RouterFilter, CallOptions> & RouterInterfaces;

/** Binds routers to calls. */
export function createRouters(call: Call): Routers {
  const routers = createResource<Router, NewRouter, RouterKey, RouterFilter>(call, {
    singular: 'router',
    plural: 'routers',
    updateMethod: 'PUT',
    schema,
    filters: ['name', 'projectId'],
    keyOf: ({ name, projectId }) => ({ name, projectId }),
    toWire: (fields) => toWire(fields),
  });
  return {
    ...routers,
    ...createRouterInterfaces(call),
    delete: async (id, options) => {
      // Not left to Neutron, which refuses a router with interfaces only after it has taken its gateway away.
      const interfaces = await interfacesOf(call, id, options);
      if (interfaces.length > 0) {
        const message = `the router has interfaces: ${interfaces.map((each) => each.id).join(', ')}`;
        throw new OpenStackError({ code: 'conflict', message, method: 'DELETE', url: `/routers/${id}` });
      }
      await routers.delete(id, options);
    },
  };
}

function toWire({ externalGatewayInfo: info, ...fields }: Partial<NewRouter>): object {
  if (info === undefined) return snakeCased(fields);
  const { externalFixedIps, ...others } = info ?? {};
  const addresses = externalFixedIps && {
    external_fixed_ips: externalFixedIps.map((each) => snakeCased(each)),
  };
  const wire = info === null ? null : { ...snakeCased(others), ...addresses };
  return { ...snakeCased(fields), external_gateway_info: wire };
}

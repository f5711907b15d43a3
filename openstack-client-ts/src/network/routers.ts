// SPDX-License-Identifier: Apache-2.0
// Routers and their gateways; which subnets they join is in router-interfaces.ts.
// A router with interfaces cannot be deleted: take them away first.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';
import type { RouterInterfaces } from './router-interfaces.ts';

import { z } from 'zod';
import { OpenStackError } from '../errors.ts';
import { snakeCased } from '../key.ts';
import { createResource } from '../resource.ts';
import { createRouterInterfaces, interfacesOf } from './router-interfaces.ts';

/** An address on a subnet. */
export interface FixedIp {
  subnetId: string;
  ipAddress: string;
}

/** How a router reaches an external network. */
export interface ExternalGateway {
  networkId: string;
  enableSnat: boolean;
  externalFixedIps: FixedIp[];
}

/** What a gateway is made from; Neutron chooses the address when none is given. */
export interface NewExternalGateway {
  networkId: string;
  enableSnat?: boolean | undefined;
  externalFixedIps?: readonly { subnetId: string; ipAddress?: string | undefined }[] | undefined;
}

/** A router as Neutron has it. */
export interface Router {
  id: string;
  name: string;
  projectId: string;
  description: string;
  status: string;
  adminStateUp: boolean;
  externalGatewayInfo: ExternalGateway | undefined;
}

/** What a router is created from; up, without a gateway, by default. */
export interface NewRouter {
  name: string;
  projectId?: string | undefined;
  description?: string | undefined;
  adminStateUp?: boolean | undefined;
  /** Null takes a gateway away. */
  externalGatewayInfo?: NewExternalGateway | null | undefined;
}

/** Names are not unique: several of them are a conflict when looked for; a project narrows it down. */
export type RouterKey = { name: string; projectId?: string | undefined };
/** What routers can be listed by. */
export type RouterFilter = {
  name?: string | undefined;
  projectId?: string | undefined;
  status?: string | undefined;
};
/** The calls for routers. */
export type Routers = Resource<Router, NewRouter, RouterKey, RouterFilter, CallOptions> & RouterInterfaces;

const gateway = z
  .object({
    network_id: z.string(),
    enable_snat: z.boolean().nullish(),
    external_fixed_ips: z.array(z.object({ subnet_id: z.string(), ip_address: z.string() })),
  })
  .transform((wire): ExternalGateway => ({
    networkId: wire.network_id,
    enableSnat: wire.enable_snat ?? true,
    externalFixedIps: wire.external_fixed_ips.map(({ subnet_id, ip_address }) => ({
      subnetId: subnet_id,
      ipAddress: ip_address,
    })),
  }));

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    status: z.string(),
    admin_state_up: z.boolean(),
    external_gateway_info: gateway.nullish(),
  })
  .transform(({ id, name, status, ...wire }): Router => ({
    id,
    name,
    status,
    projectId: wire.project_id,
    description: wire.description ?? '',
    adminStateUp: wire.admin_state_up,
    externalGatewayInfo: wire.external_gateway_info ?? undefined,
  }));

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

// SPDX-License-Identifier: Apache-2.0
// Joins subnets to routers and parts them again.
// Neutron refuses to repeat either; here a repetition finds that there is nothing to do.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { isOpenStackError } from '../errors.ts';
import { segment } from '../http/http.ts';
import { listAll } from '../paging.ts';

/** A subnet, at its gateway's address, or a port with an address of its own. */
export type RouterInterface = { subnetId: string } | { portId: string };

/** The calls for the interfaces of routers. */
export interface RouterInterfaces {
  /** Idempotent; resolves to the id of the router's port, old or new. */
  addInterface(routerId: string, to: RouterInterface, options?: CallOptions): Promise<string>;
  /** Idempotent; throws `conflict` while floating addresses or routes need it. */
  removeInterface(routerId: string, from: RouterInterface, options?: CallOptions): Promise<void>;
}

/** Of plain, distributed and highly available routers. */
const INTERFACE_OWNERS = new Set([
  'network:router_interface',
  'network:router_interface_distributed',
  'network:ha_router_replicated_interface',
]);

const portSchema = z.object({
  id: z.string(),
  device_owner: z.string(),
  fixed_ips: z.array(z.object({ subnet_id: z.string() })),
});
type RouterPort = z.infer<typeof portSchema>;
const addedSchema = z.object({ port_id: z.string() }).transform((wire) => wire.port_id);

/** The router's interfaces; its port on an external network, the gateway, is none. */
export async function interfacesOf(
  call: Call,
  routerId: string,
  options?: CallOptions,
): Promise<z.infer<typeof portSchema>[]> {
  const ports = await listAll({
    ...options,
    call,
    path: '/ports',
    query: { device_id: routerId },
    envelope: 'ports',
    schema: portSchema,
    idOf: ({ id }: RouterPort) => id,
  });
  return ports.filter(({ device_owner }) => INTERFACE_OWNERS.has(device_owner));
}

/** Binds interfaces to calls. */
export function createRouterInterfaces(call: Call): RouterInterfaces {
  const present = async (
    routerId: string,
    wanted: RouterInterface,
    options?: CallOptions,
  ): Promise<string | undefined> => {
    const found = (await interfacesOf(call, routerId, options)).find((port) =>
      'portId' in wanted
        ? port.id === wanted.portId
        : port.fixed_ips.some(({ subnet_id }) => subnet_id === wanted.subnetId),
    );
    return found?.id;
  };
  const pathOf = (routerId: string, what: string): string =>
    `/routers/${segment(routerId)}/${what}_router_interface`;

  return {
    addInterface: async (routerId, to, options) => {
      const request = { method: 'PUT', path: pathOf(routerId, 'add'), body: bodyOf(to) } as const;
      const existing = await present(routerId, to, options);
      if (existing !== undefined) return existing;
      try {
        return await call({ ...options, ...request, schema: addedSchema });
      } catch (error) {
        // "Router already has a port on subnet" is 400 to Neutron; a lost race is 400 or 409.
        if (!isOpenStackError(error, 'bad-request') && !isOpenStackError(error, 'conflict')) throw error;
        const rival = await present(routerId, to, options);
        if (rival !== undefined) return rival;
        throw error;
      }
    },
    removeInterface: async (routerId, from, options) => {
      const request = { method: 'PUT', path: pathOf(routerId, 'remove'), body: bodyOf(from) } as const;
      try {
        await call({ ...options, ...request, schema: z.unknown() });
      } catch (error) {
        if (!isOpenStackError(error, 'not-found')) throw error;
      }
    },
  };
}

function bodyOf(each: RouterInterface): object {
  return 'portId' in each ? { port_id: each.portId } : { subnet_id: each.subnetId };
}

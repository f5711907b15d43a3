// SPDX-License-Identifier: Apache-2.0
// What a server is created from, and how Nova reads it.
// Volumes to boot from are left to `client.request`.

import { snakeCased } from '../key.ts';

/** A port that exists, or a network on which Nova makes one. */
export type ServerNetwork = { portId: string } | { networkId: string; fixedIpAddress?: string | undefined };

/** What a server is created from. */
export interface NewServer {
  name: string;
  flavorId: string;
  imageId: string;
  /** `none` for no network, `auto` for the one Nova finds. */
  networks: 'none' | 'auto' | readonly ServerNetwork[];
  keyName?: string | undefined;
  /** Names or ids; for ports that exist they are those of the port. */
  securityGroups?: readonly string[] | undefined;
  /** As text; it goes over the wire in Base64 and is treated as a secret. */
  userData?: string | undefined;
  configDrive?: boolean | undefined;
  metadata?: Readonly<Record<string, string>> | undefined;
  availabilityZone?: string | undefined;
  /** Only that hypervisor; for administrators. */
  hypervisorHostname?: string | undefined;
  description?: string | undefined;
}

/** The fields as Nova reads them. */
export function newServerBody(server: NewServer): Record<string, unknown> {
  const { imageId, flavorId, networks, securityGroups, userData, ...others } = server;
  return {
    ...snakeCased(others),
    imageRef: imageId,
    flavorRef: flavorId,
    networks: typeof networks === 'string' ? networks : networks.map(networkBody),
    ...(securityGroups && { security_groups: securityGroups.map((name) => ({ name })) }),
    ...(userData !== undefined && { user_data: Buffer.from(userData).toString('base64') }),
  };
}

function networkBody(network: ServerNetwork): Record<string, unknown> {
  if ('portId' in network) return { port: network.portId };
  return snakeCased({ uuid: network.networkId, fixedIp: network.fixedIpAddress });
}

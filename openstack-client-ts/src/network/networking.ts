// SPDX-License-Identifier: Apache-2.0
// Puts Neutron's resources together behind one name.
// Extensions beyond these resources are left to `client.request`.

import type { CallTarget } from '../call.ts';
import type { CallOptions, Send } from '../http/http.ts';
import type { ServiceVersion } from '../versioned.ts';
import type { NetworkAgents } from './agents.ts';
import type { DefaultSecurityGroupRules } from './default-security-group-rules.ts';
import type { Extensions } from './extensions.ts';
import type { FloatingIps } from './floating-ips.ts';
import type { NetworkQuotas } from './network-quotas.ts';
import type { Networks } from './networks.ts';
import type { Ports } from './ports.ts';
import type { Routers } from './routers.ts';
import type { SecurityGroupRules } from './security-group-rules.ts';
import type { SecurityGroups } from './security-groups.ts';
import type { Subnets } from './subnets.ts';

import { createCall } from '../call.ts';
import { atRoot, atVersion, versionOf } from '../versioned.ts';
import { createNetworkAgents } from './agents.ts';
import { createDefaultSecurityGroupRules } from './default-security-group-rules.ts';
import { createExtensions } from './extensions.ts';
import { createFloatingIps } from './floating-ips.ts';
import { createNetworkQuotas } from './network-quotas.ts';
import { createNetworks } from './networks.ts';
import { createPorts } from './ports.ts';
import { createRouters } from './routers.ts';
import { createSecurityGroupRules } from './security-group-rules.ts';
import { createSecurityGroups } from './security-groups.ts';
import { createSubnets } from './subnets.ts';

/** Neutron v2.0. */
export interface Networking {
  readonly networks: Networks;
  readonly subnets: Subnets;
  readonly routers: Routers;
  readonly ports: Ports;
  readonly floatingIps: FloatingIps;
  readonly securityGroups: SecurityGroups;
  readonly securityGroupRules: SecurityGroupRules;
  readonly defaultSecurityGroupRules: DefaultSecurityGroupRules;
  readonly quotas: NetworkQuotas;
  readonly agents: NetworkAgents;
  readonly extensions: Extensions;
  /** The version of the API. */
  discoverVersion(options?: CallOptions): Promise<ServiceVersion>;
}

/** Binds the resources to a way of sending. */
export function createNetworking(send: Send, target: CallTarget): Networking {
  const call = createCall(send, atVersion(target, 'v2.0'));
  const callRoot = createCall(send, atRoot(target));
  return {
    networks: createNetworks(call),
    subnets: createSubnets(call),
    routers: createRouters(call),
    ports: createPorts(call),
    floatingIps: createFloatingIps(call),
    securityGroups: createSecurityGroups(call),
    securityGroupRules: createSecurityGroupRules(call),
    defaultSecurityGroupRules: createDefaultSecurityGroupRules(call),
    quotas: createNetworkQuotas(call),
    agents: createNetworkAgents(call),
    extensions: createExtensions(call),
    discoverVersion: (options) =>
      callRoot({ ...options, method: 'GET', path: '/', schema: versionOf('v2.0') }),
  };
}

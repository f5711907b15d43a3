// SPDX-License-Identifier: Apache-2.0
// Puts Nova's resources together behind one name, all speaking the pinned microversion unless told otherwise.

import type { CallTarget } from '../call.ts';
import type { CallOptions, Send } from '../http/http.ts';
import type { ServiceVersion } from '../versioned.ts';
import type { AvailabilityZones } from './availability-zones.ts';
import type { ComputeServices } from './compute-services.ts';
import type { Flavors } from './flavors.ts';
import type { Hypervisors } from './hypervisors.ts';
import type { Keypairs } from './keypairs.ts';
import type { LimitsReading } from './limits.ts';
import type { QuotaSets } from './quota-sets.ts';
import type { Servers } from './servers.ts';

import { createCall } from '../call.ts';
import { atRoot, atVersion, versionOf } from '../versioned.ts';
import { createAvailabilityZones } from './availability-zones.ts';
import { createComputeServices } from './compute-services.ts';
import { createFlavors } from './flavors.ts';
import { createHypervisors } from './hypervisors.ts';
import { createKeypairs } from './keypairs.ts';
import { createLimits } from './limits.ts';
import { COMPUTE_MICROVERSION } from './microversion.ts';
import { createQuotaSets } from './quota-sets.ts';
import { createServers } from './servers.ts';

/** Nova v2.1. */
export interface Compute {
  readonly flavors: Flavors;
  readonly servers: Servers;
  readonly keypairs: Keypairs;
  readonly hypervisors: Hypervisors;
  readonly services: ComputeServices;
  readonly quotaSets: QuotaSets;
  readonly availabilityZones: AvailabilityZones;
  readonly limits: LimitsReading;
  /** The microversion that calls speak when they choose none. */
  readonly microversion: string;
  /** The oldest and newest microversion the service speaks. */
  discoverVersion(options?: CallOptions): Promise<ServiceVersion>;
}

/** Binds the resources to a way of sending. */
export function createCompute(send: Send, target: CallTarget): Compute {
  const microversion = target.microversion ?? COMPUTE_MICROVERSION;
  const call = createCall(send, { ...atVersion(target, 'v2.1'), microversion });
  const callRoot = createCall(send, atRoot(target));
  return {
    flavors: createFlavors(call),
    servers: createServers(call),
    keypairs: createKeypairs(call),
    hypervisors: createHypervisors(call),
    services: createComputeServices(call),
    quotaSets: createQuotaSets(call),
    availabilityZones: createAvailabilityZones(call),
    limits: createLimits(call),
    microversion,
    discoverVersion: (options) =>
      callRoot({ ...options, method: 'GET', path: '/', schema: versionOf('v2.1') }),
  };
}

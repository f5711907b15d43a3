// SPDX-License-Identifier: Apache-2.0
// Puts Placement's resources together behind one name. Its API has no version in its path.

import type { CallTarget } from '../call.ts';
import type { CallOptions, Send } from '../http/http.ts';
import type { ServiceVersion } from '../versioned.ts';
import type { ResourceProviders } from './resource-providers.ts';

import { createCall } from '../call.ts';
import { versionOf } from '../versioned.ts';
import { PLACEMENT_MICROVERSION } from './microversion.ts';
import { createResourceProviders } from './resource-providers.ts';

/** Placement. */
export interface Placement {
  readonly resourceProviders: ResourceProviders;
  /** The microversion that calls speak when they choose none. */
  readonly microversion: string;
  /** The oldest and newest microversion the service speaks. */
  discoverVersion(options?: CallOptions): Promise<ServiceVersion>;
}

/** Binds the resources to a way of sending. */
export function createPlacement(send: Send, target: CallTarget): Placement {
  const microversion = target.microversion ?? PLACEMENT_MICROVERSION;
  const callRoot = createCall(send, { baseOf: target.baseOf });
  return {
    resourceProviders: createResourceProviders(createCall(send, { ...target, microversion })),
    microversion,
    discoverVersion: (options) => callRoot({ ...options, method: 'GET', path: '/', schema: versionOf() }),
  };
}

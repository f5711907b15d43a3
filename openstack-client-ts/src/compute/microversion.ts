// SPDX-License-Identifier: Apache-2.0
// The version of Nova's API that is spoken unless a call or the client's options say otherwise.
// The shapes in this folder are those of the pinned version; others are parsed where they do not differ too much.

import type { CallOptions } from '../http/http.ts';
import type { ListOptions } from '../paging.ts';

/**
 * The newest of OpenStack Zed (2022.2), which Debian 12 ships, so that every release since then speaks it.
 * Older than 2.53 would mean services and hypervisors whose ids are numbers, older than 2.61 flavors without extra specs.
 */
export const COMPUTE_MICROVERSION = '2.93';

/** What every call to Nova takes. */
export interface ComputeOptions extends CallOptions {
  /** The microversion of this call, such as `2.100`. */
  microversion?: string | undefined;
}

/** What every list of Nova takes. */
export type ComputeListOptions = ComputeOptions & ListOptions;

// SPDX-License-Identifier: Apache-2.0
// The version of Placement's API that is spoken unless a call or the client's options say otherwise.

import type { CallOptions } from '../http/http.ts';

/** The newest of OpenStack Zed (2022.2), which Debian 12 ships, so that every release since then speaks it. */
export const PLACEMENT_MICROVERSION = '1.39';

/** What every call to Placement takes. */
export interface PlacementOptions extends CallOptions {
  /** The microversion of this call, such as `1.20`. */
  microversion?: string | undefined;
}

// SPDX-License-Identifier: Apache-2.0
// The small Linux that the cloud's first servers boot: built on this machine, kept in its cache.
import type { GuestImageSource } from '../contracts/guest-image.ts';
import type { Apply, Observe } from './activities.ts';

export interface GuestImageArgs extends GuestImageSource {
  readonly box: string;
  /** Options for apt inside the build, taken over from this machine. */
  readonly aptOptions: readonly string[];
}

export interface GuestPort {
  observeGuestImage: Observe<GuestImageArgs>;
  buildGuestImage: Apply<GuestImageArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// What servers boot: a small Linux built on this machine, and vendors' images fetched by it; both kept in its cache.
import type { GuestImageSource } from '../contracts/box/guest-image.ts';
import type { Apply, Observe } from './run/activities.ts';

export interface GuestImageArgs extends GuestImageSource {
  readonly box: string;
  /** Options for apt inside the build, taken over from this machine. */
  readonly aptOptions: readonly string[];
}

interface ImageFileArgs {
  readonly box: string;
  readonly url: string;
  /** `sha512:` or `sha256:`, and hexadecimal digits. */
  readonly digest: string;
}

export interface GuestPort {
  observeGuestImage: Observe<GuestImageArgs>;
  buildGuestImage: Apply<GuestImageArgs>;
  observeImageFile: Observe<ImageFileArgs>;
  fetchImageFile: Apply<ImageFileArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// The images that a mirror publishes, pushed into another registry.
import type { Apply, Observe } from '../run/activities.ts';

export interface PushArgs {
  readonly box: string;
  /** Of the registry: `http://HOST:PORT`, with a path the beginning of its repositories. No login. */
  readonly to: string;
}

export interface PushPort {
  /** The registry has every blob of the published images. */
  observeBlobsPushed: Observe<PushArgs>;
  pushBlobs: Apply<PushArgs>;
  /** The registry has every manifest by its digest, and lists what refers to each. */
  observeManifestsPushed: Observe<PushArgs>;
  pushManifests: Apply<PushArgs>;
  /** Its tags lead to what those of the mirror lead to. */
  observeTagsPushed: Observe<PushArgs>;
  pushTags: Apply<PushArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// Something that no box needs any more. Finds and removes nothing.

export interface Leftover {
  readonly path: string;
  readonly why: string;
  /** Held while it is removed, so that whoever just began to use it is met. */
  readonly lock?: string;
}

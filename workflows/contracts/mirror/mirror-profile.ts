// SPDX-License-Identifier: Apache-2.0
// The shape of the profile of a mirror's box. Holds no values.
import type { MirrorKind } from './mirror-spec.ts';

export interface MirrorProfile {
  /** Debian's name of the release. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Further ones of a mirror that has a kind. */
  readonly kindPackages: Readonly<Partial<Record<MirrorKind, readonly string[]>>>;
  /** Further ones of a mirror that has a proxy. */
  readonly proxyPackages: readonly string[];
  /** Units of these that the image ships disabled. */
  readonly proxyUnits: readonly string[];
  readonly unitsShippedDisabled: readonly string[];
  readonly generatorsMasked: readonly string[];
  /** MiB that must be free for the box and its image, without what it mirrors. */
  readonly size: { readonly diskFreeMebibytesMin: number; readonly memoryMebibytesMin: number };
}

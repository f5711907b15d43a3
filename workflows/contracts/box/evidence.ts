// SPDX-License-Identifier: Apache-2.0
// What an install leaves as evidence in `<state>/boxes/<box>/evidence.json`. Outlives Temporal; holds no secret.

interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** Something that ends by itself unless it is renewed. */
export interface Expiry {
  /** For people: `certificate postgres`. */
  readonly what: string;
  /** ISO instant. */
  readonly notAfter: string;
}

/** One part of the canary's way and how long it took. */
export interface CanaryTime {
  readonly phase: string;
  readonly seconds: number;
}

interface InstalledService {
  readonly name: string;
  readonly version?: string;
}

export interface Evidence {
  readonly box: string;
  readonly release: string;
  /** ISO instant. */
  readonly recordedAt: string;
  readonly packages: readonly InstalledPackage[];
  readonly expiries: readonly Expiry[];
  readonly canary: readonly CanaryTime[];
  readonly services: readonly InstalledService[];
}

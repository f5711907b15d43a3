// SPDX-License-Identifier: Apache-2.0
// The files by which people and tools reach a box's cloud, and the proof that they work.
import type { SecretRef } from '../contracts/box/brands.ts';
import type { Apply, Observe } from './run/activities.ts';

/** One login as clouds.yaml lists it. */
interface CloudEntry {
  readonly name: string;
  readonly username: string;
  readonly domain: string;
  readonly project: string;
  readonly password: SecretRef;
}

export interface AccessArgs {
  readonly box: string;
  readonly authUrl: string;
  readonly region: string;
  readonly clouds: readonly CloudEntry[];
  /** PEM of the root that clients trust. Default: the box's own authority. */
  readonly root?: string;
  /** Absent: no tunnel. */
  readonly wireguard?: WireguardAccess;
}

/** The configuration of the clients of tunnels, without the key that the secret makes. */
export interface WireguardAccess {
  readonly key: SecretRef;
  readonly endpoint: string;
  readonly port: number;
  readonly networks: readonly string[];
}

export interface AccessPort {
  observeAccess: Observe<AccessArgs>;
  writeAccess: Apply<AccessArgs>;
  /** Issues a token with nothing but the files, from outside the box. */
  observeToken: Observe<{ readonly box: string; readonly cloud: string }>;
}

// SPDX-License-Identifier: Apache-2.0
// The files by which people and tools reach a box's cloud, and the proof that they work.
import type { SecretRef } from '../contracts/brands.ts';
import type { Apply, Observe } from './activities.ts';

export interface AccessArgs {
  readonly box: string;
  readonly authUrl: string;
  readonly region: string;
  readonly adminPassword: SecretRef;
  /** The name under which clouds.yaml lists the administrator. */
  readonly cloud: string;
}

export interface AccessPort {
  observeAccess: Observe<AccessArgs>;
  writeAccess: Apply<AccessArgs>;
  /** Issues a token with nothing but the files, from outside the box. */
  observeToken: Observe<{ readonly box: string; readonly cloud: string }>;
}

// SPDX-License-Identifier: Apache-2.0
// Where a box's Keystone answers, and by whose password. Carries no secret.
import type { SecretRef } from './brands.ts';

/** Where Keystone answers, and as whom to speak to it. */
export interface KeystoneAccess {
  readonly box: string;
  readonly authUrl: string;
  readonly region: string;
  readonly adminPassword: SecretRef;
}

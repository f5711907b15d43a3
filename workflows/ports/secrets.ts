// SPDX-License-Identifier: Apache-2.0
// Secrets by reference: generated once, never shown.
import type { SecretRef } from '../contracts/box/brands.ts';
import type { Apply, Observe } from './run/activities.ts';

interface SecretsArgs {
  readonly box: string;
  readonly references: readonly SecretRef[];
}

export interface SecretsPort {
  observeSecrets: Observe<SecretsArgs>;
  generateSecrets: Apply<SecretsArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// Another password of the administrator of a box. Keystone has one at a time: the former password is refused afterwards.
import type { SecretRef } from '../../contracts/box/brands.ts';
import type { KeystoneAccess } from '../../contracts/box/cloud-access.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface PasswordRotationArgs extends KeystoneAccess {
  /** Where the next password lies until it is the administrator's own. */
  readonly rotation: SecretRef;
}

export interface PasswordsPort {
  /** The next password is stored, or this run has ended its rotation. */
  observePasswordIntended: Observe<PasswordRotationArgs>;
  intendPassword: Apply<PasswordRotationArgs>;
  /** Keystone takes the next password. */
  observePasswordSet: Observe<PasswordRotationArgs>;
  setPassword: Apply<PasswordRotationArgs>;
  /** Every program of the box that logs in uses the next password. */
  observePasswordStored: Observe<PasswordRotationArgs>;
  storePassword: Apply<PasswordRotationArgs>;
  observePasswordEnded: Observe<PasswordRotationArgs>;
  endPassword: Apply<PasswordRotationArgs>;
}

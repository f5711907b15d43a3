// SPDX-License-Identifier: Apache-2.0
// Keystone's keys: those of tokens, and those of the credentials in its database. The secret store has them, Keystone's files are copies.
import type { KeystoneAccess } from '../../contracts/box/cloud-access.ts';
import type { KeyRingName, Retirement } from '../../contracts/keys/key-ring.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface KeysArgs {
  readonly box: string;
  readonly rings: readonly KeyRingName[];
}

/** Of one ring. */
export interface KeyRotationArgs {
  readonly box: string;
  readonly ring: KeyRingName;
  /** With the staged one. */
  readonly keysMax: number;
  readonly retirement: Retirement;
  /** Whether a rotation is begun where none goes on. */
  readonly begins: boolean;
  /** The former keys are known to others. */
  readonly emergency: boolean;
}

/** A ring whose keys make tokens, and where one is asked for. */
export interface TokenKeyArgs extends KeystoneAccess {
  readonly ring: KeyRingName;
}

interface CredentialKeysArgs {
  readonly box: string;
}

export interface KeysPort {
  /** The files are what the secret store has: no key less, none more, none for others to read. */
  observeKeys: Observe<KeysArgs>;
  /** Takes keys that lie there already into a store that has none, else makes some; then writes the files. */
  createKeys: Apply<KeysArgs>;
  /** A further key is in the store, or the rotation of this run is over. */
  observeKeyStaged: Observe<KeyRotationArgs>;
  stageKey: Apply<KeyRotationArgs>;
  observeKeyPromoted: Observe<KeyRotationArgs>;
  /** Only once the staged key lies beside the others. */
  promoteKey: Apply<KeyRotationArgs>;
  /** A token that was just made is of the primary key. */
  observeTokenKey: Observe<TokenKeyArgs>;
  /** Every credential of the database is encrypted by the primary key. */
  observeCredentialsMigrated: Observe<CredentialKeysArgs>;
  migrateCredentials: Apply<CredentialKeysArgs>;
  observeKeysRetired: Observe<KeyRotationArgs>;
  retireKeys: Apply<KeyRotationArgs>;
  /** No former key is needed for what Keystone remembers. */
  observeKeysForgotten: Observe<KeyRotationArgs>;
  /** After a dump was put back: the keys that its credentials are encrypted by lie beside the others. */
  observeDumpKeys: Observe<CredentialKeysArgs>;
  restoreDumpKeys: Apply<CredentialKeysArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// Keystone inside a box: keys, schema, administrator, and what its API has to know.
import type { SecretRef } from '../contracts/brands.ts';
import type { Apply, Observe } from './activities.ts';

export interface KeysArgs {
  readonly box: string;
}

export interface SchemaArgs {
  readonly box: string;
  readonly database: string;
  readonly heads: readonly string[];
}

/** Where Keystone answers, and as whom to speak to it. */
export interface KeystoneAccess {
  readonly box: string;
  readonly authUrl: string;
  readonly region: string;
  readonly adminPassword: SecretRef;
}

export interface AdministratorArgs extends KeystoneAccess {
  /** A value that lives from bootstrap to the first change of the password. */
  readonly oncePassword: SecretRef;
  readonly internalUrl: string;
}

export interface CatalogArgs extends KeystoneAccess {
  readonly roles: readonly string[];
  readonly services: readonly {
    readonly name: string;
    readonly type: string;
    readonly urls: { readonly public: string; readonly internal: string; readonly admin: string };
  }[];
  readonly projects: readonly { readonly name: string; readonly description: string }[];
}

export interface KeystonePort {
  observeKeys: Observe<KeysArgs>;
  createKeys: Apply<KeysArgs>;
  observeKeystoneSchema: Observe<SchemaArgs>;
  migrateKeystoneSchema: Apply<SchemaArgs>;
  observeAdministrator: Observe<AdministratorArgs>;
  bootstrapAdministrator: Apply<AdministratorArgs>;
  observeCatalog: Observe<CatalogArgs>;
  ensureCatalog: Apply<CatalogArgs>;
}

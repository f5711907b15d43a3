// SPDX-License-Identifier: Apache-2.0
// Keystone inside a box: administrator, and what its API has to know.
import type { SecretRef } from '../../contracts/box/brands.ts';
import type { KeystoneAccess } from '../../contracts/box/cloud-access.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface AdministratorArgs extends KeystoneAccess {
  /** A value that lives from bootstrap to the first change of the password. */
  readonly oncePassword: SecretRef;
  readonly publicUrl: string;
  /** Of Keystone's API. */
  readonly unit: string;
}

export interface CatalogArgs extends KeystoneAccess {
  readonly roles: readonly string[];
  readonly services: readonly {
    readonly name: string;
    readonly type: string;
    readonly urls: { readonly public: string; readonly internal: string; readonly admin: string };
  }[];
  readonly domains: readonly { readonly name: string; readonly description: string }[];
  readonly projects: readonly {
    readonly name: string;
    readonly description: string;
    readonly domain: string;
  }[];
}

/** Users with a stored password, each with exactly these roles on one project or domain. */
export interface UsersArgs extends KeystoneAccess {
  readonly users: readonly {
    readonly name: string;
    readonly domain: string;
    readonly password: SecretRef;
    readonly roles: readonly string[];
    /** Null: the roles are on the user's domain. */
    readonly project: string | null;
  }[];
}

export interface KeystonePort {
  observeAdministrator: Observe<AdministratorArgs>;
  bootstrapAdministrator: Apply<AdministratorArgs>;
  observeCatalog: Observe<CatalogArgs>;
  ensureCatalog: Apply<CatalogArgs>;
  /** Logs in as each; an existing user with another password differs. */
  observeUsers: Observe<UsersArgs>;
  ensureUsers: Apply<UsersArgs>;
}

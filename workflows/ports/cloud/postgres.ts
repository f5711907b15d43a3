// SPDX-License-Identifier: Apache-2.0
// PostgreSQL inside a box: the cluster's files, roles and databases.
import type { Apply, Observe } from '../run/activities.ts';

export interface ClusterArgs {
  readonly box: string;
  readonly version: string;
}

export interface DatabasesArgs {
  readonly box: string;
  /** Each becomes a role that logs in by certificate, and owns the databases named. */
  readonly owners: readonly { readonly role: string; readonly databases: readonly string[] }[];
}

export interface PostgresPort {
  observeCluster: Observe<ClusterArgs>;
  createCluster: Apply<ClusterArgs>;
  observeDatabases: Observe<DatabasesArgs>;
  createDatabases: Apply<DatabasesArgs>;
}

// SPDX-License-Identifier: Apache-2.0
// A service's database schema: where it stands, and the command that brings it to its heads.
import type { MigrationProfile } from '../../contracts/database/database-driver.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface SchemaArgs extends MigrationProfile {
  readonly box: string;
  /** Recorded in a database that is empty: there are no data that its online migrations would have to change. */
  readonly release?: string;
}

export interface SchemaPort {
  /** Read from alembic's own table; exit codes and `--check` lie. */
  observeSchema: Observe<Pick<SchemaArgs, 'box' | 'databases'>>;
  migrateSchema: Apply<SchemaArgs>;
}

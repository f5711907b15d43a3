// SPDX-License-Identifier: Apache-2.0
// A service's database schema: where it stands, and the command that brings it to its heads.
import type { MigrationProfile } from '../contracts/database/database-driver.ts';
import type { Apply, Observe } from './activities.ts';

export interface SchemaArgs extends MigrationProfile {
  readonly box: string;
}

export interface SchemaPort {
  /** Read from alembic's own table; exit codes and `--check` lie. */
  observeSchema: Observe<Pick<SchemaArgs, 'box' | 'databases'>>;
  migrateSchema: Apply<SchemaArgs>;
}

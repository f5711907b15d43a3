// SPDX-License-Identifier: Apache-2.0
// MigrateDatabase brings the databases of one service to the release of its packages, by the driver of the service. DatabaseStatus reports what MigrateDatabase would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const migrateDatabase = {
  type: 'MigrateDatabase',
  slug: 'migrate-database',
  kind: 'box',
  acts: 'changes',
  summary: 'migrate databases of',
} as const satisfies Operation;

export const databaseStatus = {
  type: 'DatabaseStatus',
  slug: 'database-status',
  kind: 'box',
  acts: 'observes',
  summary: 'look at the databases of',
} as const satisfies Operation;

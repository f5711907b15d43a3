// SPDX-License-Identifier: Apache-2.0
// MigrateDatabase brings the databases of one service to the release of its packages, by the service's driver.
import { mutatingOperation, observingOperation } from '../../engine/operation.ts';

export const migrateDatabase = mutatingOperation('migrate-database');

/** What MigrateDatabase would do, row by row. */
export const databaseStatus = observingOperation('database-status');

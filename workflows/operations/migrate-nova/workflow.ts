// SPDX-License-Identifier: Apache-2.0
// MigrateNova brings Nova's databases to the release of its packages: schemas, cells, data, hosts.
import { mutatingOperation, observingOperation } from '../../engine/operation.ts';

export const migrateNova = mutatingOperation('migrate-nova');

/** What MigrateNova would do, row by row. */
export const novaStatus = observingOperation('nova-status');

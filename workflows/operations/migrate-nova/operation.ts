// SPDX-License-Identifier: Apache-2.0
// MigrateNova brings the databases of Nova to the release of its packages: schemas, cells, data, hosts. NovaStatus reports what MigrateNova would change.
import type { Operation } from '../../contracts/run/operation.ts';

export const migrateNova = {
  type: 'MigrateNova',
  slug: 'migrate-nova',
  kind: 'box',
  acts: 'changes',
  summary: 'migrate databases of Nova in box',
} as const satisfies Operation;

export const novaStatus = {
  type: 'NovaStatus',
  slug: 'nova-status',
  kind: 'box',
  acts: 'observes',
  summary: 'look at the databases of Nova in box',
} as const satisfies Operation;

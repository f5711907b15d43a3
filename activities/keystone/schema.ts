// SPDX-License-Identifier: Apache-2.0
// Brings Keystone's schema to its heads. Success is read from the database: exit codes and --check lie.
// Touches: host/keystone, host/postgres
import type { KeystonePort, SchemaArgs } from '../../workflows/ports/keystone.ts';
import type { Host } from '../clients/host/host.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

export function schemaActivities({
  inside,
}: Clients): Pick<KeystonePort, 'observeKeystoneSchema' | 'migrateKeystoneSchema'> {
  return {
    observeKeystoneSchema: observing(async ({ box, database, heads }: SchemaArgs, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      const have = await headsOf(host, database);
      const want = [...heads].sort().join(' + ');
      return have === want ? [] : [{ what: `schema of ${database}`, have, want }];
    }),
    migrateKeystoneSchema: applying(async ({ box }: SchemaArgs, scope) => {
      await runToSuccess(inside(box), scope, { argv: ['keystone-manage', 'db_sync'], user: 'keystone' });
      return undefined;
    }),
  };
}

async function headsOf(host: Host, database: string): Promise<string> {
  const table = await query(host, database, "SELECT to_regclass('public.alembic_version') IS NOT NULL");
  if (table[0]?.[0] !== 't') return 'empty';
  const rows = await query(host, database, 'SELECT version_num FROM alembic_version ORDER BY version_num');
  return rows.map(([head]) => head).join(' + ') || 'empty';
}

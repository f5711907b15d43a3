// SPDX-License-Identifier: Apache-2.0
// Brings a service's databases to their heads. Success is read from the database: exit codes and --check lie.
// Touches: host/postgres
import type { SchemaArgs, SchemaPort } from '../../workflows/ports/schema.ts';
import type { Host } from '../clients/host/host.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

export function schemaActivities({ inside }: Clients): SchemaPort {
  return {
    observeSchema: observing(async ({ box, databases }: SchemaArgs, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      const found = await Promise.all(
        databases.map(async ({ database, heads }) => ({
          what: `schema of ${database}`,
          have: await headsOf(host, database),
          want: [...heads].sort().join(' + '),
        })),
      );
      return found.filter(({ have, want }) => have !== want);
    }),
    migrateSchema: applying(async ({ box, argv, user }: SchemaArgs, scope) => {
      await runToSuccess(inside(box), scope, { argv: [...argv], user });
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

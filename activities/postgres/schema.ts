// SPDX-License-Identifier: Apache-2.0
// Brings a service's databases to their heads, and adds what its command leaves out. Success is read from the database: exit codes and --check lie.
// Touches: host/postgres
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { SchemaProfile } from '../../workflows/contracts/release-profile.ts';
import type { SchemaArgs, SchemaPort } from '../../workflows/ports/schema.ts';
import type { Host } from '../clients/host/host.ts';
import type { Clients } from '../clients/index.ts';
import { identifier, literal, query } from '../clients/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

export function schemaActivities({ inside }: Clients): SchemaPort {
  return {
    observeSchema: observing(async ({ box, databases }: SchemaArgs, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      return (await Promise.all(databases.map((each) => schemaDifferences(host, each)))).flat();
    }),
    migrateSchema: applying(async ({ box, argv, user, databases }: SchemaArgs, scope) => {
      const host = inside(box);
      await runToSuccess(host, scope, { argv: [...argv], user });
      for (const each of databases) await addValues(host, each);
      return undefined;
    }),
  };
}

async function schemaDifferences(host: Host, schema: SchemaProfile): Promise<Difference[]> {
  const { database, heads } = schema;
  const have = await headsOf(host, database);
  const want = [...heads].sort().join(' + ');
  if (have !== want) return [{ what: `schema of ${database}`, have, want }];
  const missing = await valuesMissing(host, schema);
  return missing.map(({ type, value }) => ({
    ...{ what: `value ${value} of type ${type} in ${database}`, have: 'absent', want: 'present' },
  }));
}

async function headsOf(host: Host, database: string): Promise<string> {
  const table = await query(host, database, "SELECT to_regclass('public.alembic_version') IS NOT NULL");
  if (table[0]?.[0] !== 't') return 'empty';
  const rows = await query(host, database, 'SELECT version_num FROM alembic_version ORDER BY version_num');
  return rows.map(([head]) => head).join(' + ') || 'empty';
}

async function valuesMissing(
  host: Host,
  { database, enums = {} }: SchemaProfile,
): Promise<{ type: string; value: string }[]> {
  const wanted = Object.entries(enums).flatMap(([type, values]) => values.map((value) => ({ type, value })));
  if (wanted.length === 0) return [];
  const rows = await query(
    host,
    database,
    'SELECT typname, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid',
  );
  return wanted.filter(({ type, value }) => !rows.some(([name, label]) => name === type && label === value));
}

/** At the end of the type: no order of these values has a meaning. */
async function addValues(host: Host, schema: SchemaProfile): Promise<void> {
  for (const { type, value } of await valuesMissing(host, schema))
    await query(
      host,
      schema.database,
      `ALTER TYPE ${identifier(type)} ADD VALUE IF NOT EXISTS ${literal(value)}`,
    );
}

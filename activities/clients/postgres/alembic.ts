// SPDX-License-Identifier: Apache-2.0
// Where a database's schema stands, and which release's migrations ran to their end there. Migrates nothing.
import type { SchemaProfile } from '../../../workflows/contracts/database/database-driver.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { Host } from '../../hosts/host.ts';
import { literal, query } from './sql.ts';

/** Read from alembic's own table: exit codes and `--check` lie. */
export async function schemaDifferences(host: Host, schema: SchemaProfile): Promise<Difference[]> {
  const { database, heads, isPart = false } = schema;
  const have = await headsOf(host, database);
  const differs = isPart
    ? heads.some((head) => !have.includes(head))
    : textOf(have) !== textOf([...heads].sort());
  if (differs) {
    const what = `schema of ${database}`;
    return [{ what, have: textOf(have) || 'empty', want: textOf([...heads].sort()) }];
  }
  const missing = await valuesMissing(host, schema);
  return missing.map(({ type, value }) => ({
    what: `value ${value} of type ${type} in ${database}`,
    have: 'absent',
    want: 'present',
  }));
}

const textOf = (heads: readonly string[]): string => heads.join(' + ');

/** None while the schema is empty. */
export async function headsOf(host: Host, database: string): Promise<string[]> {
  const table = await query(host, database, "SELECT to_regclass('public.alembic_version') IS NOT NULL");
  if (table[0]?.[0] !== 't') return [];
  const rows = await query(host, database, 'SELECT version_num FROM alembic_version ORDER BY version_num');
  return rows.map(([head = '']) => head);
}

/** Values of enumerated types that a schema lacks. */
export async function valuesMissing(
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

const prefix = 'migrated by the driver of ';

/**
 * A comment on the table of its schema's version, or of its birth one on the schema: it travels with a dump and goes back with
 * a restore, as no file beside does. Null when none was recorded.
 */
export async function recordedMigrations(host: Host, database: string): Promise<string | null> {
  const [[comment = ''] = []] = await query(
    host,
    database,
    `SELECT coalesce(obj_description(to_regclass('alembic_version'), 'pg_class'),
      obj_description(to_regnamespace('public'), 'pg_namespace'))`,
  );
  return comment.startsWith(prefix) ? comment.slice(prefix.length) : null;
}

/** Of a database that is empty: it has no data that the release's migrations would have to change. */
export async function recordBirth(host: Host, database: string, release: string): Promise<void> {
  await query(host, database, `COMMENT ON SCHEMA public IS ${literal(`${prefix}${release}`)}`);
}

export async function recordMigrations(host: Host, database: string, version: string): Promise<void> {
  await query(host, database, `COMMENT ON TABLE alembic_version IS ${literal(`${prefix}${version}`)}`);
}

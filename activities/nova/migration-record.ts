// SPDX-License-Identifier: Apache-2.0
// Remembers in a database which release's online data migrations ran to their end there. Migrates nothing.
// Touches: host/postgres
import type { Host } from '../clients/host/host.ts';
import { literal, query } from '../clients/sql.ts';

const prefix = 'online data migrations: ';

/**
 * A comment on the table of its schema's version: it travels with a dump and goes back with a restore, as no file beside does.
 * Null when none was recorded.
 */
export async function recordedMigrations(host: Host, database: string): Promise<string | null> {
  const [[comment = ''] = []] = await query(
    host,
    database,
    `SELECT obj_description(to_regclass('alembic_version'), 'pg_class')`,
  );
  return comment.startsWith(prefix) ? comment.slice(prefix.length) : null;
}

export async function recordMigrations(host: Host, database: string, version: string): Promise<void> {
  await query(host, database, `COMMENT ON TABLE alembic_version IS ${literal(`${prefix}${version}`)}`);
}

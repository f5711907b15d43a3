// SPDX-License-Identifier: Apache-2.0
// Remembers which release's online data migrations ran to their end, per database of a box. Migrates nothing.
import { join } from 'node:path';
import { readJson, writeFileAtomically } from '../clients/local-files.ts';

interface MigrationRecord {
  /** Database → version of the packages whose migrations were run to their end. */
  readonly online: Readonly<Record<string, string>>;
}

const pathOf = (stateDirectory: string, box: string): string =>
  join(stateDirectory, 'boxes', box, 'nova-migrations.json');

export async function migrationRecord(stateDirectory: string, box: string): Promise<MigrationRecord | null> {
  return (await readJson(pathOf(stateDirectory, box))) as MigrationRecord | null;
}

export async function recordMigration(
  stateDirectory: string,
  box: string,
  database: string,
  version: string,
): Promise<void> {
  const online = { ...(await migrationRecord(stateDirectory, box))?.online, [database]: version };
  await writeFileAtomically(pathOf(stateDirectory, box), `${JSON.stringify({ online }, null, 2)}\n`, 0o644);
}

// SPDX-License-Identifier: Apache-2.0
// Which release's driver brought a database to where it is. Migrates nothing.
import type { MigrationsPort } from '../../workflows/ports/cloud/migrations.ts';
import { recordMigrations, recordedMigrations } from '../clients/postgres/alembic.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';

export function versionActivities({
  inside,
}: Clients): Pick<MigrationsPort, 'observeVersion' | 'recordVersion'> {
  return {
    observeVersion: observing(async ({ box, databases, version }) => {
      const host = inside(box);
      const records = await Promise.all(databases.map((database) => recordedMigrations(host, database)));
      return databases.flatMap((database, index) => {
        const have = records[index] ?? 'none';
        return have === version ? [] : [{ what: `record of ${database}`, have, want: version }];
      });
    }),
    recordVersion: applying(async ({ box, databases, version }) => {
      for (const database of databases) await recordMigrations(inside(box), database, version);
      return undefined;
    }),
  };
}

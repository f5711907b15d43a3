// SPDX-License-Identifier: Apache-2.0
// Makes roles and their databases exist. Creates no table.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { DatabasesArgs, PostgresPort } from '../../workflows/ports/cloud/postgres.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { identifier, query } from '../clients/postgres/sql.ts';
import { applying, observing } from '../step-scope.ts';

export function databaseActivities({
  inside,
}: Clients): Pick<PostgresPort, 'observeDatabases' | 'createDatabases'> {
  return {
    observeDatabases: observing(async ({ box, owners }) => differences(await present(inside(box)), owners)),
    createDatabases: applying(async ({ box, owners }) => {
      const host = inside(box);
      const found = await present(host);
      for (const { role, databases } of owners) {
        if (!found.roles.has(role)) await query(host, 'postgres', `CREATE ROLE ${identifier(role)} LOGIN`);
        if (found.roles.get(role) === false)
          await query(host, 'postgres', `ALTER ROLE ${identifier(role)} LOGIN NOSUPERUSER`);
        for (const database of databases) {
          const owner = identifier(role);
          if (!found.databases.has(database)) {
            await query(
              host,
              'postgres',
              `CREATE DATABASE ${identifier(database)} OWNER ${owner} TEMPLATE template0 ENCODING 'UTF8'`,
            );
          } else if (found.databases.get(database) !== role) {
            await query(host, 'postgres', `ALTER DATABASE ${identifier(database)} OWNER TO ${owner}`);
          }
        }
      }
      return undefined;
    }),
  };
}

interface Present {
  /** Role → may log in and is no superuser. */
  readonly roles: ReadonlyMap<string, boolean>;
  /** Database → owner. */
  readonly databases: ReadonlyMap<string, string>;
}

async function present(host: Host): Promise<Present> {
  const roles = await query(host, 'postgres', 'SELECT rolname, rolcanlogin AND NOT rolsuper FROM pg_roles');
  const databases = await query(host, 'postgres', 'SELECT datname, pg_get_userbyid(datdba) FROM pg_database');
  return {
    roles: new Map(roles.map(([name = '', login]) => [name, login === 't'])),
    databases: new Map(databases.map(([name = '', owner = '']) => [name, owner])),
  };
}

function differences(found: Present, owners: DatabasesArgs['owners']): Difference[] {
  return owners.flatMap(({ role, databases }) => [
    ...(found.roles.get(role) === true
      ? []
      : [
          {
            what: `role ${role}`,
            have: found.roles.has(role) ? 'may not log in' : 'absent',
            want: 'may log in',
          },
        ]),
    ...databases
      .filter((database) => found.databases.get(database) !== role)
      .map((database) => ({
        what: `database ${database}`,
        have: found.databases.get(database) ?? 'absent',
        want: `owned by ${role}`,
      })),
  ]);
}

// SPDX-License-Identifier: Apache-2.0
// How the databases of services migrate that a box of Debian 13 may have beside those of an install. Data, read off runs.
import type { DatabaseDriver, DatabaseService } from '../workflows/contracts/database/database-driver.ts';
import { batchesMax, urlIn } from './drivers.ts';
import { cinderSchemaCodes, onlineCodes, schemaCodes, shoutingCodes } from './exit-codes.ts';

const units = (...names: string[]): string[] => names.map((name) => `${name}.service`);
const standsStill = (title: string) => ({
  for: 'schema' as const,
  why: `${title} stands still while its schema changes, which is not taken back`,
});

/** cinder 26 */
const cinder: DatabaseDriver = {
  title: 'Cinder',
  packages: ['cinder-common', 'cinder-api', 'cinder-scheduler', 'cinder-volume'],
  code: 'python3-cinder',
  user: 'cinder',
  tool: 'cinder-manage',
  urls: [urlIn('/etc/cinder/cinder.conf', 'database', 'cinder')],
  schemas: {
    schema: {
      argv: ['cinder-manage', 'db', 'sync'],
      user: 'cinder',
      exitCodes: cinderSchemaCodes,
      databases: [{ database: 'cinder', heads: ['9c74c1c6971f'] }],
    },
  },
  online: {
    argv: ['cinder-manage', 'db', 'online_data_migrations'],
    user: 'cinder',
    batchFlag: '--max_count',
    exitCodes: onlineCodes,
    batchesMax,
    // remove_temporary_admin_metadata_data_migration
    pendingRows: "SELECT count(*) FROM volume_admin_metadata WHERE key = 'temporary' AND NOT deleted",
  },
  repairs: [
    {
      name: 'use-quota',
      path: '/usr/lib/python3/dist-packages/cinder/db/migrations/versions/9ab1b092a404_make_use_quota_non_nullable.py',
      find: 'SET use_quota="1" WHERE',
      put: 'SET use_quota=true WHERE',
      why: 'cinder-manage db sync ends with exit code 1 on PostgreSQL: column "1" does not exist',
    },
  ],
  units: units('cinder-api', 'cinder-scheduler', 'cinder-volume', 'cinder-backup'),
  refused: [],
};

/** octavia 16, taskflow 5 */
const octavia: DatabaseDriver = {
  title: 'Octavia',
  packages: ['octavia-common', 'octavia-api', 'octavia-worker'],
  code: 'python3-octavia',
  user: 'octavia',
  tool: 'octavia-db-manage',
  urls: [
    urlIn('/etc/octavia/octavia.conf', 'database', 'octavia'),
    {
      ...urlIn('/etc/octavia/octavia.conf', 'task_flow', 'octavia_persistence'),
      key: 'persistence_connection',
    },
  ],
  schemas: {},
  repairs: [],
  units: units('octavia-api', 'octavia-worker', 'octavia-health-manager'),
  refused: [
    {
      command: 'octavia-db-manage upgrade head',
      all: true,
      why: 'exit code 1: its migration 9bf4d21caaea drops a constraint "PRIMARY", a name of MySQL; so does fac584114642 by MySQL\'s syntax',
    },
    {
      command: 'octavia-db-manage upgrade_persistence',
      all: true,
      why: "exit code 1: Debian's python3-taskflow has no alembic.ini and no migrations",
    },
  ],
};

/** designate 20 */
const designate: DatabaseDriver = {
  title: 'Designate',
  packages: ['designate-common', 'designate-api', 'designate-central'],
  code: 'python3-designate',
  user: 'designate',
  tool: 'designate-manage',
  urls: [urlIn('/etc/designate/designate.conf', 'storage:sqlalchemy', 'designate')],
  schemas: {
    schema: {
      argv: ['designate-manage', 'database', 'sync'],
      user: 'designate',
      exitCodes: shoutingCodes,
      databases: [
        {
          database: 'designate',
          heads: ['9099de8ae11c'],
          // Its migrations widen these on MySQL alone; the programs write them all the same.
          enums: { record_types: ['NAPTR', 'CAA', 'CERT'], type: ['CATALOG'] },
        },
      ],
    },
  },
  repairs: [],
  units: units(
    'designate-api',
    'designate-central',
    'designate-worker',
    'designate-producer',
    'designate-mdns',
    'designate-sink',
  ),
  stops: standsStill('Designate'),
  refused: [],
};

/** barbican 20 */
const barbican: DatabaseDriver = {
  title: 'Barbican',
  packages: ['barbican-common', 'barbican-api', 'barbican-worker'],
  code: 'python3-barbican',
  user: 'barbican',
  tool: 'barbican-manage',
  urls: [urlIn('/etc/barbican/barbican.conf', 'database', 'barbican')],
  schemas: {
    schema: {
      argv: ['barbican-manage', 'db', 'upgrade'],
      user: 'barbican',
      exitCodes: schemaCodes,
      databases: [{ database: 'barbican', heads: ['8c74e2d7f1ff'] }],
    },
  },
  repairs: [],
  units: units('barbican-api', 'barbican-worker', 'barbican-keystone-listener'),
  stops: standsStill('Barbican'),
  refused: [],
};

/** heat 24 */
const heat: DatabaseDriver = {
  title: 'Heat',
  packages: ['heat-common', 'heat-api', 'heat-engine'],
  code: 'python3-heat',
  user: 'heat',
  tool: 'heat-manage',
  urls: [urlIn('/etc/heat/heat.conf', 'database', 'heat')],
  schemas: {
    schema: {
      argv: ['heat-manage', 'db_sync'],
      user: 'heat',
      exitCodes: schemaCodes,
      databases: [{ database: 'heat', heads: ['c6214ca60943'] }],
    },
  },
  repairs: [],
  units: units('heat-api', 'heat-api-cfn', 'heat-engine'),
  stops: standsStill('Heat'),
  refused: [],
};

export const furtherDrivers = { cinder, octavia, designate, barbican, heat } satisfies Partial<
  Record<DatabaseService, DatabaseDriver>
>;

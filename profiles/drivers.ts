// SPDX-License-Identifier: Apache-2.0
// How the databases of Debian's OpenStack packages migrate, for what an install knows; heads are a release's own. Data.
import type { DatabaseDriver, MigrationProfile } from '../workflows/contracts/database/database-driver.ts';
import type { Drivers } from '../workflows/contracts/box/release-profile.ts';
import { onlineCodes, schemaCodes, shoutingCodes } from './exit-codes.ts';

export const neutronFiles = ['/etc/neutron/neutron.conf', '/etc/neutron/plugins/ml2/ml2_conf.ini'].map(
  (path) => `--config-file=${path}`,
);

interface Branches {
  readonly expand: readonly string[];
  readonly contract: readonly string[];
}

/** alembic revisions, and what else differs between releases. */
export interface ReleaseFacts {
  readonly keystone: Branches;
  readonly glance: readonly string[];
  readonly placement: readonly string[];
  readonly neutron: Branches;
  /** @source measured: its `alter_enum_add_value` does nothing on PostgreSQL and says so to nobody */
  readonly neutronEnums: Readonly<Record<string, readonly string[]>>;
  readonly neutronUnits: readonly string[];
  readonly novaApi: readonly string[];
  /** Of every cell. */
  readonly nova: readonly string[];
  readonly novaPendingRows: string;
}

const both = ({ expand, contract }: Branches): string[] => [...expand, ...contract];

export function debianDrivers(facts: ReleaseFacts): Drivers {
  return {
    keystone: keystoneDriver(facts),
    glance: glanceDriver(facts),
    placement: placementDriver(facts),
    neutron: neutronDriver(facts),
    nova: novaDriver(facts),
  };
}

function keystoneDriver({ keystone }: ReleaseFacts): DatabaseDriver {
  const command = (heads: readonly string[], ...options: string[]): MigrationProfile => ({
    argv: ['keystone-manage', 'db_sync', ...options],
    user: 'keystone',
    exitCodes: schemaCodes,
    databases: [{ database: 'keystone', heads, ...(options.length > 0 && { isPart: true }) }],
  });
  return {
    title: 'Keystone',
    packages: ['keystone'],
    code: 'python3-keystone',
    user: 'keystone',
    tool: 'keystone-manage',
    urls: [urlIn('/etc/keystone/keystone.conf', 'database', 'keystone')],
    schemas: { schema: command(both(keystone)) },
    phases: {
      expand: command(keystone.expand, '--expand'),
      contract: command(keystone.contract, '--contract'),
    },
    repairs: [],
    units: ['keystone.service'],
    refused: [],
  };
}

function glanceDriver({ glance }: ReleaseFacts): DatabaseDriver {
  return {
    title: 'Glance',
    packages: ['glance-api'],
    code: 'python3-glance',
    user: 'glance',
    tool: 'glance-manage',
    urls: [urlIn('/etc/glance/glance-api.conf', 'database', 'glance')],
    schemas: {
      schema: {
        argv: ['glance-manage', 'db', 'sync'],
        user: 'glance',
        exitCodes: schemaCodes,
        databases: [{ database: 'glance', heads: glance }],
      },
    },
    repairs: [],
    units: ['glance-api.service'],
    stops: { for: 'schema', why: 'Glance stands still while its schema changes, which is not taken back' },
    refused: ['check', 'expand', 'migrate', 'contract'].map((command) => ({
      command: `glance-manage db ${command}`,
      why: 'ends with exit code 1: it is for MySQL and SQLite only',
    })),
  };
}

function placementDriver({ placement }: ReleaseFacts): DatabaseDriver {
  const user = 'placement';
  return {
    title: 'Placement',
    packages: ['placement-api'],
    code: 'python3-placement',
    user,
    tool: 'placement-manage',
    urls: [urlIn('/etc/placement/placement.conf', 'placement_database', 'placement')],
    schemas: {
      schema: {
        argv: ['placement-manage', 'db', 'sync'],
        user,
        exitCodes: schemaCodes,
        databases: [{ database: 'placement', heads: placement }],
      },
    },
    online: {
      argv: ['placement-manage', 'db', 'online_data_migrations'],
      user,
      batchFlag: '--max-count',
      // Over psycopg 3 it counts -1 rows in every batch and never comes to an end.
      exitCodes: onlineCodes,
      batchesMax,
      // set_root_provider_ids and create_incomplete_consumers
      pendingRows:
        'SELECT (SELECT count(*) FROM resource_providers WHERE root_provider_id IS NULL) + ' +
        '(SELECT count(DISTINCT consumer_id) FROM allocations a WHERE NOT EXISTS ' +
        '(SELECT FROM consumers c WHERE c.uuid = a.consumer_id))',
    },
    repairs: [],
    units: ['placement-api.service'],
    refused: [],
  };
}

function neutronDriver({ neutron, neutronEnums: enums, neutronUnits }: ReleaseFacts): DatabaseDriver {
  const command = (heads: readonly string[], ...words: string[]): MigrationProfile => ({
    argv: ['neutron-db-manage', ...neutronFiles, 'upgrade', ...words],
    user: 'neutron',
    exitCodes: shoutingCodes,
    databases: [{ database: 'neutron', heads }],
  });
  const [all, expand, contract] = [
    command(both(neutron), 'heads'),
    command(neutron.expand, '--expand'),
    command(neutron.contract, '--contract'),
  ];
  const part = (phase: MigrationProfile, more: object): MigrationProfile => ({
    ...phase,
    databases: phase.databases.map((each) => ({ ...each, isPart: true, ...more })),
  });
  return {
    title: 'Neutron',
    packages: ['neutron-api'],
    code: 'python3-neutron',
    user: 'neutron',
    tool: 'neutron-db-manage',
    urls: [urlIn('/etc/neutron/neutron.conf', 'database', 'neutron')],
    schemas: { schema: { ...all, databases: all.databases.map((each) => ({ ...each, enums })) } },
    phases: { expand: part(expand, { enums }), contract: part(contract, {}) },
    repairs: [],
    units: neutronUnits.map((unit) => `${unit}.service`),
    stops: {
      for: 'contract',
      why: 'Neutron stands still while its old tables and columns go, which is not taken back',
    },
    refused: [
      {
        command: 'neutron-status upgrade check',
        why: 'ends with exit code 255: it asks SHOW TABLES of MySQL',
      },
    ],
  };
}

function novaDriver({ novaApi, nova, novaPendingRows }: ReleaseFacts): DatabaseDriver {
  const command = (words: readonly string[], heads: readonly string[], names: readonly string[]) => ({
    argv: ['nova-manage', ...words, 'sync'],
    user: 'nova',
    exitCodes: shoutingCodes,
    databases: names.map((database) => ({ database, heads })),
  });
  return {
    title: 'Nova',
    packages: ['nova-common'],
    code: 'python3-nova',
    user: 'nova',
    tool: 'nova-manage',
    // Its cells have URLs of their own, which steps of MigrateNova compare.
    urls: [],
    schemas: {
      'api-schema': command(['api_db'], novaApi, ['nova_api']),
      schema: command(['db'], nova, ['nova_cell0', 'nova_cell1']),
    },
    online: {
      argv: ['nova-manage', 'db', 'online_data_migrations'],
      user: 'nova',
      batchFlag: '--max-count',
      exitCodes: onlineCodes,
      batchesMax,
      pendingRows: novaPendingRows,
    },
    repairs: [],
    units: ['nova-api', 'nova-conductor', 'nova-scheduler', 'nova-compute'].map((name) => `${name}.service`),
    refused: [],
  };
}

/** @source 10,000: a batch takes 2 s at least, so five hours and more; a cloud of 200 million rows ends before */
export const batchesMax = 10_000;

/** The `connection` of a section. */
export function urlIn(path: string, section: string, database: string) {
  return { path, section, key: 'connection', database };
}

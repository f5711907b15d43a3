// SPDX-License-Identifier: Apache-2.0
// The commands that migrate the databases of Debian's OpenStack packages; the heads are a release's own. Data.
import type { Migrations } from '../workflows/contracts/release-profile.ts';

export const neutronFiles = ['/etc/neutron/neutron.conf', '/etc/neutron/plugins/ml2/ml2_conf.ini'].map(
  (path) => `--config-file=${path}`,
);

/** alembic revisions; Keystone and Neutron have one of their expand and one of their contract branch. */
export interface Heads {
  readonly keystone: readonly string[];
  readonly glance: readonly string[];
  readonly placement: readonly string[];
  readonly neutron: readonly string[];
  /** @source measured: its `alter_enum_add_value` does nothing on PostgreSQL and says so to nobody */
  readonly neutronEnums: Readonly<Record<string, readonly string[]>>;
  readonly novaApi: readonly string[];
  /** Of every cell. */
  readonly nova: readonly string[];
}

export function debianMigrations(heads: Heads): Migrations {
  const migration = (user: string, argv: readonly string[], database: string, own: readonly string[]) => ({
    ...{ argv, user },
    databases: [{ database, heads: own }],
  });
  return {
    keystone: migration('keystone', ['keystone-manage', 'db_sync'], 'keystone', heads.keystone),
    glance: migration('glance', ['glance-manage', 'db', 'sync'], 'glance', heads.glance),
    placement: migration('placement', ['placement-manage', 'db', 'sync'], 'placement', heads.placement),
    neutron: {
      ...{ argv: ['neutron-db-manage', ...neutronFiles, 'upgrade', 'heads'], user: 'neutron' },
      databases: [{ database: 'neutron', heads: heads.neutron, enums: heads.neutronEnums }],
    },
    novaApi: migration('nova', ['nova-manage', 'api_db', 'sync'], 'nova_api', heads.novaApi),
    nova: {
      ...{ argv: ['nova-manage', 'db', 'sync'], user: 'nova' },
      databases: ['nova_cell0', 'nova_cell1'].map((database) => ({ database, heads: heads.nova })),
    },
  };
}

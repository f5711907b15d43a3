// SPDX-License-Identifier: Apache-2.0
// What a box of Debian 13 (OpenStack 2025.1) is made of. Data; every number was read off a run.
import { suiteOfRelease } from '../workflows/contracts/box/box-spec.ts';
import type { ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';
import { dashboard, dashboardApi, dashboardPackages } from './dashboard.ts';
import { baseOfTrixie } from './base.ts';
import { acmeClientPackages } from './authority.ts';
import { generatorsWithoutWork } from './generators.ts';
import { debianDrivers, neutronFiles } from './drivers.ts';
import { furtherDrivers } from './further-drivers.ts';
import { novaPolicies } from './policies.ts';
import { realGuests } from './guests.ts';
import { scsFlavors } from './scs.ts';
import { cinderPolicies, volumeApi, volumePackages, volumes } from './volumes.ts';

const neutronProgram = (name: string) => ({
  unit: `${name}.service`,
  command: `/usr/bin/${name} ${neutronFiles.join(' ')} --log-file=/var/log/neutron/${name}.log`,
});

export const debian13: ReleaseProfile = {
  name: 'debian-13',
  suite: suiteOfRelease['debian-13'],
  base: baseOfTrixie,
  packages: [
    'systemd-sysv',
    'dbus',
    'iproute2',
    'procps',
    'ca-certificates',
    'postgresql',
    'postgresql-client',
    'keystone',
    'python3-psycopg2',
    'haproxy',
  ],
  acmeClientPackages,
  servicePackages: {
    identity: [],
    image: ['glance-api'],
    placement: ['placement-api'],
    network: [
      'neutron-api',
      'neutron-rpc-server',
      'openvswitch-switch',
      'ovn-central',
      'ovn-host',
      'rabbitmq-server',
    ],
    compute: ['nova-common', 'nova-api', 'nova-conductor', 'nova-scheduler', 'rabbitmq-server'],
    dashboard: dashboardPackages,
    volume: volumePackages,
  },
  // Packages enable their services in postinst; a box begins with all of them off and enables what is configured.
  unitsShippedDisabled: [
    'keystone',
    'haproxy',
    'postgresql',
    'rsync',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'uwsgi',
    'glance-api',
    'placement-api',
    'neutron-api',
    'neutron-rpc-server',
    'rabbitmq-server',
    'nova-api',
    'nova-api-metadata',
    'nova-conductor',
    'nova-scheduler',
    'openvswitch-switch',
    'ovn-central',
    'ovn-host',
    'ovs-record-hostname',
    'epmd.service',
    'epmd.socket',
    'iscsid.socket',
    'open-iscsi',
    'uuidd.socket',
  ],
  generatorsMasked: generatorsWithoutWork,
  postgres: { version: '17', port: 5432 },
  rabbitmq: { port: 5671 },
  apis: {
    identity: {
      name: 'keystone',
      unit: 'keystone.service',
      user: 'keystone',
      publicPort: 5000,
      backendPort: 35357,
      path: '/v3',
      healthPath: '/v3',
      // Debian's ini starts 8 processes of 32 threads: 24 s to the first answer on 2 cores. Each takes 140 MiB.
      // One process: its cache is its own, and another would not learn what this one changed. It grows by some 5 KB a token.
      uwsgi: {
        application: '/usr/bin/keystone-wsgi-public',
        threads: 8,
        processesMax: 1,
        memoryMebibytesMax: 320,
      },
    },
    image: {
      name: 'glance',
      unit: 'glance-api.service',
      user: 'glance',
      publicPort: 9292,
      backendPort: 9292,
      path: '',
      healthPath: '/versions',
      // Debian runs the program's own server; uploads were measured with it.
      uwsgi: null,
    },
    placement: {
      name: 'placement',
      unit: 'placement-api.service',
      user: 'placement',
      publicPort: 8778,
      backendPort: 8778,
      path: '',
      healthPath: '/',
      uwsgi: { application: '/usr/bin/placement-api', threads: 4 },
    },
    network: {
      name: 'neutron',
      unit: 'neutron-api.service',
      user: 'neutron',
      publicPort: 9696,
      backendPort: 9696,
      path: '',
      healthPath: '/',
      uwsgi: {
        application: '/usr/bin/neutron-api',
        threads: 1,
        arguments: neutronFiles.join(' '),
      },
    },
    compute: {
      name: 'nova',
      unit: 'nova-api.service',
      user: 'nova',
      publicPort: 8774,
      backendPort: 8774,
      path: '/v2.1',
      healthPath: '/',
      // One thread: with four, calls that wait for an answer over RabbitMQ timed out after 60 s.
      uwsgi: { application: '/usr/bin/nova-api-wsgi', threads: 1 },
    },
    dashboard: dashboardApi,
    volume: volumeApi,
  },
  drivers: {
    // keystone 27, glance 30, placement 13, neutron 26, nova 31
    ...debianDrivers({
      keystone: { expand: ['47147121'], contract: ['c88cdce8f248'] },
      glance: ['2024_1_contract01'],
      placement: ['a082b8bb98d0'],
      neutron: { expand: ['ad80a9f07c5c'], contract: ['5c85685d616d'] },
      neutronEnums: { l3_ha_states: ['unknown'], numa_affinity_policy: ['socket'] },
      neutronUnits: ['neutron-api', 'neutron-rpc-server', 'neutron-ovn-maintenance-worker'],
      novaApi: ['cdeec0c85668'],
      nova: ['2903cd72dc14'],
      // populate_instance_compute_id, the one migration since Zed; a server that never had a host cannot be migrated.
      novaPendingRows:
        'SELECT count(*) FROM instances i WHERE compute_id IS NULL AND EXISTS ' +
        '(SELECT FROM compute_nodes n WHERE n.host = i.host AND n.hypervisor_hostname = i.node)',
    }),
    ...furtherDrivers,
  },
  roles: ['admin', 'manager', 'member', 'reader', 'service'],
  serviceUserRoles: {
    glance: ['service'],
    placement: ['service'],
    neutron: ['service'],
    nova: ['service'],
    cinder: ['service'],
  },
  policies: {
    keystone: [],
    placement: [],
    // Nova works as `service`, which three packaged rules forget: one falls back to `admin` for the field that names a server.
    neutron: [
      '"update_port:device_id": "rule:admin_or_owner or rule:service_api"',
      // Without the subnets Nova would tell no address of a server.
      '"get_subnet": "rule:admin_or_owner or rule:shared or rule:external_network or rule:service_api"',
      // Without the floating IPs Nova would list a server's fixed addresses alone.
      '"get_floatingip": "rule:admin_or_owner or rule:service_api"',
    ],
    nova: novaPolicies,
    cinder: cinderPolicies,
  },
  neutron: {
    // The second mends what OVN has of networks: also what an older release wrote there. Its own package starts it by an
    // init script as root, and systemd never sees it started; the program itself is part of Neutron.
    programs: {
      rpc: neutronProgram('neutron-rpc-server'),
      maintenance: neutronProgram('neutron-ovn-maintenance-worker'),
    },
    hasDefaultRuleTemplate: true,
    // Lists of subnet pools and address scopes end with 500 without it.
    groupsRows: true,
    ovn: {},
  },
  compute: {
    driver: 'fake.PredictableNodeUUIDDriver',
    hasIdentityFile: true,
    serviceVersion: 68,
    // Caracal's: nova-status of this release names it.
    oldestServiceVersion: 66,
  },
  guests: realGuests,
  dashboard,
  volumes,
  flavors: scsFlavors,
  domainManagerRole: 'manager',
};

// SPDX-License-Identifier: Apache-2.0
// What a box of Debian 12 (OpenStack Zed) is made of. Data; every number was read off a run.
import { suiteOfRelease } from '../workflows/contracts/box/box-spec.ts';
import type { ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';
import { domainManagerPolicies } from './domain-self-service.ts';
import { dashboard, dashboardApi, dashboardPackages } from './dashboard.ts';
import { baseOfBookworm } from './base.ts';
import { acmeClientPackages } from './authority.ts';
import { generatorsWithoutWork } from './generators.ts';
import { debianDrivers, neutronFiles } from './drivers.ts';
import { novaPolicies } from './policies.ts';
import { realGuests } from './guests.ts';
import { scsFlavors } from './scs.ts';
import { cinderPolicies, volumeApi, volumePackages, volumes } from './volumes.ts';

const forServices = (rule: string): string => `"${rule}": "rule:admin_only or rule:service_api"`;

export const debian12: ReleaseProfile = {
  name: 'debian-12',
  suite: suiteOfRelease['debian-12'],
  base: baseOfBookworm,
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
    network: ['neutron-api', 'openvswitch-switch', 'ovn-central', 'ovn-host', 'rabbitmq-server'],
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
  postgres: { version: '15', port: 5432 },
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
      // Under uwsgi its OVN driver never connects: only workers of Neutron's own server open the databases.
      uwsgi: null,
      command: `/usr/bin/neutron-server ${neutronFiles.join(' ')} --log-file=/var/log/neutron/neutron-server.log`,
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
  // keystone 22, glance 25, placement 8, neutron 21, nova 26
  drivers: debianDrivers({
    keystone: { expand: ['29e87d24a316'], contract: ['e25ffa003242'] },
    glance: ['wallaby_contract01'],
    placement: ['422ece571366'],
    neutron: { expand: ['5881373af7f5'], contract: ['5c85685d616d'] },
    neutronEnums: { l3_ha_states: ['unknown'] },
    neutronUnits: ['neutron-api'],
    novaApi: ['b30f573d3377'],
    nova: ['ccb0fa1a2252'],
    // populate_dev_uuids, the newest of this release.
    novaPendingRows: 'SELECT count(*) FROM pci_devices WHERE uuid IS NULL AND deleted = 0',
  }),
  roles: ['admin', 'manager', 'member', 'reader', 'service'],
  serviceUserRoles: {
    glance: ['service'],
    placement: ['service'],
    neutron: ['service'],
    nova: ['service'],
    cinder: ['service'],
  },
  // The packaged rules of this release do not know the role `service`; these give it what later releases' rules do.
  policies: {
    keystone: domainManagerPolicies,
    placement: [
      '"system_admin_api": "role:admin or role:service"',
      '"system_reader_api": "role:admin or role:service"',
    ],
    neutron: [
      '"service_api": "role:service"',
      // Sees and changes ports of every project: the role of an advanced service did that before `service` was one.
      '"context_is_advsvc": "role:advsvc or role:service"',
      ...['create_port:binding:host_id', 'create_port:binding:profile'].map(forServices),
      ...['update_port:binding:host_id', 'update_port:binding:profile'].map(forServices),
      ...['get_port:binding:host_id', 'get_port:binding:profile'].map(forServices),
      ...['get_port:binding:vif_type', 'get_port:binding:vif_details'].map(forServices),
      // Without the subnets Nova would tell no address of a server.
      '"get_subnet": "rule:admin_or_owner or rule:shared or rule:service_api"',
      // Without the floating IPs Nova would list a server's fixed addresses alone.
      '"get_floatingip": "rule:admin_or_owner or rule:service_api"',
    ],
    nova: novaPolicies,
    cinder: cinderPolicies,
  },
  neutron: {
    programs: null,
    hasDefaultRuleTemplate: false,
    // neutron-lib 3.1 has no such clause.
    groupsRows: false,
    // Its comparison at the start compares a boolean with 1, which PostgreSQL refuses; maintenance would never begin.
    ovn: { neutron_sync_mode: 'off' },
  },
  compute: {
    driver: 'fake.PredictableNodeUUIDDriver',
    hasIdentityFile: false,
    serviceVersion: 64,
    // Yoga's.
    oldestServiceVersion: 61,
  },
  guests: realGuests,
  dashboard,
  volumes,
  flavors: scsFlavors,
  domainManagerRole: 'manager',
};

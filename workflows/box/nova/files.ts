// SPDX-License-Identifier: Apache-2.0
// Nova's configuration: one cell beside cell0, each with its own database.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, policyFiles, secretIn, serviceFile, type Section } from '../file.ts';
import { brokerOf, clientOf, loginOf, tokenCheckOf } from '../keystone/client-sections.ts';
import { hypervisorPath } from './hypervisor-files.ts';
import { uwsgiFiles } from '../uwsgi.ts';
import { consoleFiles, consoleSection } from './console-files.ts';

const launcher = '/usr/local/lib/holdfast/nova-compute';

export function novaFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec } = plan;
  return [
    serviceFile('/etc/nova/nova.conf', 'nova', ini(sections(plan), spec.overrides.nova)),
    ...policyFiles('nova', profile.policies.nova),
    ...uwsgiFiles(plan, profile.apis.compute),
    ...['nova-conductor', 'nova-scheduler'].map((unit) =>
      dropIn(`${unit}.service`, ['Restart=always', 'RestartSec=2']),
    ),
    ...(plan.hasGuests ? guestFiles(plan) : fakeFiles(plan)),
  ];
}

function sections(plan: BoxPlan) {
  const { spec } = plan;
  return {
    DEFAULT: {
      host: plan.box,
      my_ip: '127.0.0.1',
      state_path: '/var/lib/nova',
      log_dir: '/var/log/nova',
      // The only host is where a resized server goes. A cold migration stays refused: libvirt has none within a host.
      allow_resize_to_same_host: true,
      ...(plan.hasGuests ? guestDefaults : fakeDefaults(plan)),
      transport_url: plan.brokerUrl('nova'),
    },
    api: { auth_strategy: 'keystone' },
    api_database: { connection: plan.databaseUrl('nova', 'nova_api') },
    database: { connection: plan.databaseUrl('nova', 'nova_cell1') },
    keystone_authtoken: tokenCheckOf(plan, 'nova'),
    service_user: { ...loginOf(plan, 'nova'), send_service_user_token: true },
    placement: clientOf(plan, 'nova'),
    neutron: {
      ...clientOf(plan, 'nova'),
      ...(plan.hasGuests && {
        service_metadata_proxy: true,
        metadata_proxy_shared_secret: secretIn(plan.metadataSecret),
      }),
    },
    glance: { ...clientOf(plan, 'nova') },
    ...(spec.services.includes('volume') && { cinder: volumeClientOf(plan) }),
    ...(plan.hasGuests && { vnc: consoleSection(plan) }),
    conductor: { workers: plan.processes },
    scheduler: { workers: plan.processes },
    oslo_concurrency: { lock_path: '/var/lib/nova/locks' },
    oslo_messaging_rabbit: brokerOf(plan, 'nova'),
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
}

/** Of all its clients the one that does not look for the address by keystoneauth's own keys. */
const volumeClientOf = (plan: BoxPlan): Section => ({
  ...loginOf(plan, 'nova'),
  catalog_info: `${plan.profile.apis.volume.type ?? 'volume'}::internalURL`,
  os_region_name: plan.spec.region,
});

const fakeDefaults = ({ profile }: BoxPlan) => ({
  compute_driver: profile.compute.driver,
  enabled_apis: 'osapi_compute',
});

const guestDefaults = {
  compute_driver: 'libvirt.LibvirtDriver',
  enabled_apis: 'osapi_compute,metadata',
  // What ran before the box was restarted runs again afterwards.
  resume_guests_state_on_host_boot: true,
  // Qcow2 is what guests use in any case.
  force_raw_images: false,
};

const computeLog = '--log-file=/var/log/nova/nova-compute.log';

const computeUnit = (description: string, after: string, command: string): FileArgs =>
  file('/etc/systemd/system/nova-compute.service', 'root', '644', [
    '[Unit]',
    `Description=${description}`,
    `After=${after}`,
    '',
    '[Service]',
    'User=nova',
    'Group=nova',
    'WorkingDirectory=/var/lib/nova',
    `ExecStart=${command} --config-file=/etc/nova/nova.conf ${computeLog}`,
    'Restart=always',
    'RestartSec=2',
    'LimitNOFILE=65535',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);

const guestFiles = (plan: BoxPlan): FileArgs[] => [
  ...uwsgiFiles(plan, plan.profile.guests.metadata),
  ...consoleFiles(plan),
  computeUnit(
    'OpenStack Nova Compute',
    'rabbitmq-server.service postgresql.service libvirtd.service openvswitch-switch.service',
    `/usr/bin/nova-compute --config-file=${hypervisorPath}`,
  ),
];

/** nova-compute without a hypervisor's packages: the program is part of Nova's library. */
function fakeFiles({ box, profile }: BoxPlan): FileArgs[] {
  return [
    file(
      launcher,
      'root',
      '755',
      profile.compute.hasIdentityFile ? [...identityLines(box), ...launcherLines] : launcherLines,
    ),
    computeUnit(
      'OpenStack Nova Compute with the fake driver',
      'rabbitmq-server.service postgresql.service',
      `/usr/bin/python3 ${launcher}`,
    ),
  ];
}

/** The fake driver never writes the identity that a second start asks for; this is the one it reports. */
const identityLines = (host: string): string[] => [
  'import os, uuid',
  "path = '/var/lib/nova/compute_id'",
  'if not os.path.exists(path):',
  "    with open(path, 'x') as identity:",
  `        identity.write(str(uuid.uuid5(uuid.NAMESPACE_DNS, '${host}')) + '\\n')`,
];

const launcherLines = ['from nova.cmd.compute import main', 'main()'];

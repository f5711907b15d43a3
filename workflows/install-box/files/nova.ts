// SPDX-License-Identifier: Apache-2.0
// Nova's configuration: one cell beside cell0, each with its own database.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, policyFiles, serviceFile } from './file.ts';
import { brokerOf, clientOf, loginOf, tokenCheckOf } from './identity-sections.ts';
import { uwsgiFiles } from './uwsgi.ts';

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
    ...computeFiles(plan),
  ];
}

function sections(plan: BoxPlan) {
  return {
    DEFAULT: {
      ...{ host: plan.box, my_ip: '127.0.0.1', state_path: '/var/lib/nova', log_dir: '/var/log/nova' },
      ...{ compute_driver: plan.profile.compute.driver, enabled_apis: 'osapi_compute' },
      transport_url: plan.brokerUrl('nova'),
    },
    api: { auth_strategy: 'keystone' },
    api_database: { connection: plan.databaseUrl('nova', 'nova_api') },
    database: { connection: plan.databaseUrl('nova', 'nova_cell1') },
    keystone_authtoken: tokenCheckOf(plan, 'nova'),
    service_user: { ...loginOf(plan, 'nova'), send_service_user_token: true },
    placement: clientOf(plan, 'nova'),
    neutron: clientOf(plan, 'nova'),
    glance: { ...clientOf(plan, 'nova') },
    conductor: { workers: plan.processes },
    scheduler: { workers: plan.processes },
    oslo_concurrency: { lock_path: '/var/lib/nova/locks' },
    oslo_messaging_rabbit: brokerOf(plan, 'nova'),
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
}

/** nova-compute without a hypervisor's packages: the program is part of Nova's library. */
function computeFiles({ box, profile }: BoxPlan): FileArgs[] {
  return [
    file(
      launcher,
      'root',
      '755',
      profile.compute.hasIdentityFile ? [...identityLines(box), ...launcherLines] : launcherLines,
    ),
    file('/etc/systemd/system/nova-compute.service', 'root', '644', [
      '[Unit]',
      'Description=OpenStack Nova Compute with the fake driver',
      'After=rabbitmq-server.service postgresql.service',
      '',
      '[Service]',
      'User=nova',
      'Group=nova',
      'WorkingDirectory=/var/lib/nova',
      `ExecStart=/usr/bin/python3 ${launcher} --config-file=/etc/nova/nova.conf --log-file=/var/log/nova/nova-compute.log`,
      'Restart=always',
      'RestartSec=2',
      'LimitNOFILE=65535',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
    ]),
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

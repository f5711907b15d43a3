// SPDX-License-Identifier: Apache-2.0
// Neutron's configuration: ML2 with OVN, whose databases stand on loopback.
import type { ProgramProfile } from '../../contracts/release-profile.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, policyFiles, serviceFile } from './file.ts';
import { brokerOf, clientOf, tokenCheckOf } from './identity-sections.ts';
import { uwsgiFiles } from './uwsgi.ts';

/** The one provider network, on the bridge to the outside. */
export const physicalNetwork = 'physnet1';

export function neutronFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec } = plan;
  const { unit, command } = profile.apis.network;
  const { programs } = profile.neutron;
  return [
    serviceFile('/etc/neutron/neutron.conf', 'neutron', ini(mainSections(plan), spec.overrides.neutron)),
    serviceFile(
      '/etc/neutron/plugins/ml2/ml2_conf.ini',
      'neutron',
      ini(pluginSections(plan), spec.overrides.ml2),
    ),
    ...policyFiles('neutron', profile.policies.neutron),
    ...uwsgiFiles(plan, profile.apis.network),
    ...(command === undefined ? [] : [startedBy(unit, command)]),
    ...(programs === null
      ? []
      : [startedBy(programs.rpc.unit, programs.rpc.command), unitOf(programs.maintenance)]),
  ];
}

const startedBy = (unit: string, command: string): FileArgs =>
  dropIn(unit, ['ExecStart=', `ExecStart=${command}`, 'Restart=always', 'RestartSec=2']);

const unitOf = ({ unit, command }: ProgramProfile): FileArgs =>
  file(`/etc/systemd/system/${unit}`, 'root', '644', [
    '[Unit]',
    'Description=OpenStack Neutron, maintenance of OVN',
    'After=ovn-central.service postgresql.service',
    '',
    '[Service]',
    'User=neutron',
    'Group=neutron',
    'WorkingDirectory=/var/lib/neutron',
    `ExecStart=${command}`,
    'Restart=always',
    'RestartSec=2',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);

function mainSections(plan: BoxPlan) {
  const { uwsgi, backendPort } = plan.profile.apis.network;
  return {
    DEFAULT: {
      ...(uwsgi === null && { bind_host: '127.0.0.1', bind_port: backendPort }),
      ...{ core_plugin: 'ml2', service_plugins: 'ovn-router', auth_strategy: 'keystone' },
      ...{ host: plan.box, state_path: '/var/lib/neutron', transport_url: plan.brokerUrl('neutron') },
      ...{ api_workers: plan.processes, rpc_workers: plan.processes },
      ...{ notify_nova_on_port_status_changes: true, notify_nova_on_port_data_changes: true },
    },
    database: { connection: plan.databaseUrl('neutron', 'neutron') },
    keystone_authtoken: tokenCheckOf(plan, 'neutron'),
    nova: clientOf(plan, 'neutron'),
    placement: clientOf(plan, 'neutron'),
    oslo_concurrency: { lock_path: '/var/lib/neutron/locks' },
    oslo_messaging_rabbit: brokerOf(plan, 'neutron'),
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
}

function pluginSections({ profile }: BoxPlan) {
  return {
    ml2: {
      ...{ type_drivers: 'flat,geneve', tenant_network_types: 'geneve' },
      ...{ mechanism_drivers: 'ovn', extension_drivers: 'port_security' },
    },
    ml2_type_flat: { flat_networks: physicalNetwork },
    ml2_type_geneve: { vni_ranges: '1:65536', max_header_size: 38 },
    ovn: {
      ...{ ovn_nb_connection: 'tcp:127.0.0.1:6641', ovn_sb_connection: 'tcp:127.0.0.1:6642' },
      ...{ ovn_metadata_enabled: true, ovn_l3_scheduler: 'leastloaded' },
      // With segmentation offload in userspace, larger packets are normal; dropping them stalls guests.
      ovn_emit_need_to_frag: false,
      ...profile.neutron.ovn,
    },
  };
}

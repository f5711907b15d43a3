// SPDX-License-Identifier: Apache-2.0
// Neutron's configuration: ML2 with OVN, whose databases stand on loopback.
import type { ProgramProfile } from '../../contracts/box/release-profile.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, policyFiles, secretIn, serviceFile } from '../file.ts';
import { brokerOf, clientOf, tokenCheckOf } from '../keystone/client-sections.ts';
import { uwsgiFiles } from '../uwsgi.ts';
import queryPlugin from './holdfast_neutron.py';

/** The one provider network, on the bridge to the outside. */
export const physicalNetwork = 'physnet1';

/** A module of its own, so that no file of a package is changed. */
const queryPluginPath = '/usr/lib/python3/dist-packages/holdfast_neutron.py';

/** Of every guest's name. @source RFC 8375 has home.arpa for homes; `internal` is ICANN's for all private use */
const guestDomain = 'cloud.internal.';

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
    ...(profile.neutron.groupsRows
      ? [file(queryPluginPath, 'root', '644', queryPlugin.trimEnd().split('\n'))]
      : []),
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
  const plugins = plan.profile.neutron.groupsRows
    ? 'ovn-router,holdfast_neutron.PostgresqlQueries'
    : 'ovn-router';
  return {
    DEFAULT: {
      ...(uwsgi === null && { bind_host: '127.0.0.1', bind_port: backendPort }),
      core_plugin: 'ml2',
      service_plugins: plugins,
      auth_strategy: 'keystone',
      dns_domain: guestDomain,
      host: plan.box,
      state_path: '/var/lib/neutron',
      transport_url: plan.brokerUrl('neutron'),
      api_workers: plan.processes,
      rpc_workers: plan.processes,
      notify_nova_on_port_status_changes: true,
      notify_nova_on_port_data_changes: true,
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

function pluginSections({ profile, externalNetwork }: BoxPlan) {
  return {
    ml2: {
      type_drivers: 'flat,geneve',
      tenant_network_types: 'geneve',
      // OVN answers guests who ask for one another by name.
      mechanism_drivers: 'ovn',
      extension_drivers: 'port_security,dns',
    },
    ml2_type_flat: { flat_networks: physicalNetwork },
    ml2_type_geneve: { vni_ranges: '1:65536', max_header_size: 38 },
    ovn: {
      ovn_nb_connection: 'tcp:127.0.0.1:6641',
      ovn_sb_connection: 'tcp:127.0.0.1:6642',
      ovn_metadata_enabled: true,
      ovn_l3_scheduler: 'leastloaded',
      // With segmentation offload in userspace, larger packets are normal; dropping them stalls guests.
      ovn_emit_need_to_frag: false,
      ...(externalNetwork !== null && { dns_servers: externalNetwork.nameservers.join(',') }),
      ...profile.neutron.ovn,
    },
  };
}

/** The agent that hands guests on to Nova's metadata. */
export function metadataAgentFiles(plan: BoxPlan): FileArgs[] {
  const { unit, command } = plan.profile.guests.metadataAgent;
  const sections = {
    DEFAULT: {
      nova_metadata_host: '127.0.0.1',
      nova_metadata_port: plan.profile.guests.metadata.backendPort,
      metadata_proxy_shared_secret: secretIn(plan.metadataSecret),
      metadata_workers: plan.processes,
      state_path: '/var/lib/neutron',
    },
    agent: { root_helper: 'sudo neutron-rootwrap /etc/neutron/rootwrap.conf' },
    ovs: { ovsdb_connection: 'tcp:127.0.0.1:6640' },
    ovn: { ovn_sb_connection: 'tcp:127.0.0.1:6642' },
  };
  const path = '/etc/neutron/neutron_ovn_metadata_agent.ini';
  return [serviceFile(path, 'neutron', ini(sections)), startedBy(unit, command)];
}

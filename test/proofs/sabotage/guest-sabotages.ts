// SPDX-License-Identifier: Apache-2.0
// By step id: how to break what only a box with real guests has. Repairs nothing; the next install does.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { externalTableOf } from '../../../activities/hosts/nftables.ts';
import { boxDirectory } from '../../../activities/hosts/places.ts';
import { thisMachine } from '../../../activities/hosts/transport.ts';
import { shell, type Sabotage, type Target } from './sabotages.ts';

const stop = (...units: string[]): Sabotage => ({
  break: (target) => shell(target, `systemctl stop ${units.join(' ')}`),
});

const edit = (path: string, ...alsoDiffer: string[]): Sabotage => ({
  alsoDiffer,
  break: (target: Target) => shell(target, `echo '# by hand' >> ${path}`),
});

export const guestSabotages: Readonly<Record<string, Sabotage>> = {
  hypervisor: { break: ({ spec }) => rm(join(boxDirectory(spec.name), 'hypervisor')) },
  'libvirt.config': edit('/etc/holdfast/screens.nft', 'libvirt'),
  // Its sockets would start it again at the next question.
  libvirt: stop('libvirtd.socket', 'libvirtd-ro.socket', 'libvirtd-admin.socket', 'libvirtd.service'),
  'nova.hypervisor': edit('/etc/nova/holdfast-hypervisor.conf', 'nova.compute'),
  'nova.events': { break: (target) => shell(target, 'touch /var/lib/nova/compute_id') },
  'nova.metadata': stop('nova-api-metadata'),
  'nova.console': stop('nova-novncproxy'),
  'neutron.metadata-config': edit('/etc/neutron/neutron_ovn_metadata_agent.ini', 'neutron.metadata-agent'),
  'neutron.metadata-agent': stop('neutron-ovn-metadata-agent'),
  'ovn.floating-config': edit('/usr/local/lib/holdfast/floating-ips', 'ovn.floating-ips'),
  'ovn.floating-ips': stop('holdfast-floating-ips'),
  'horizon.config': edit('/etc/openstack-dashboard/local_settings.d/_9000_holdfast.py', 'horizon.service'),
  'horizon.sessions': stop('horizon-sessions'),
  'horizon.service': stop('horizon'),
  'external-network': {
    break: async ({ spec }) => {
      await thisMachine.run(['nft', 'delete', 'table', 'ip', externalTableOf(spec.name)]);
    },
  },
};

// SPDX-License-Identifier: Apache-2.0
// What a box with real guests has beside the rest, in both releases. Data.
import type { ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';

export const realGuests: ReleaseProfile['guests'] = {
  packages: [
    'nova-compute',
    'nova-compute-qemu',
    'qemu-system-x86',
    'qemu-utils',
    'libvirt-daemon-system',
    'libvirt-clients',
    'neutron-ovn-metadata-agent',
    'nova-consoleproxy',
    'novnc',
    'nftables',
  ],
  unitsShippedDisabled: [
    'nova-compute',
    'neutron-ovn-metadata-agent',
    'libvirt-guests',
    'libvirtd.service',
    'libvirtd.socket',
    'libvirtd-ro.socket',
    'libvirtd-admin.socket',
    'nova-novncproxy',
    'nova-serialproxy',
    'nova-spicehtml5proxy',
    'nftables',
  ],
  metadata: {
    name: 'nova-metadata',
    unit: 'nova-api-metadata.service',
    user: 'nova',
    publicPort: 8775,
    backendPort: 8775,
    path: '',
    healthPath: '/',
    uwsgi: { application: '/usr/bin/nova-metadata-wsgi', threads: 1 },
  },
  metadataAgent: {
    unit: 'neutron-ovn-metadata-agent.service',
    command:
      '/usr/bin/neutron-ovn-metadata-agent --config-file=/etc/neutron/neutron_ovn_metadata_agent.ini ' +
      '--log-file=/var/log/neutron/neutron-ovn-metadata-agent.log',
  },
  console: {
    unit: 'nova-novncproxy.service',
    command:
      '/usr/bin/nova-novncproxy --config-file=/etc/nova/nova.conf ' +
      '--config-file=/etc/nova/holdfast-console.conf --web=/usr/share/novnc ' +
      '--log-file=/var/log/nova/nova-novncproxy.log',
    publicPort: 6080,
    backendPort: 6080,
    page: '/vnc_lite.html',
    // Away from what else listens in a box, and below the ports that programs are given for themselves.
    screenPorts: { first: 20_000, last: 24_999 },
  },
};

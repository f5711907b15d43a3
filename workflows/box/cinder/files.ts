// SPDX-License-Identifier: Apache-2.0
// Cinder's configuration, with one text for each thing that volumes can lie on. Which of them holds is proven, not said here.
// The text for LVM, and what prepares it, were never run: no machine with a device mapper was at hand.
import type { ProgramProfile } from '../../contracts/box/release-profile.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { VolumeBackend } from '../../ports/cloud/cinder.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, ini, policyFiles, script, serviceFile } from '../file.ts';
import { brokerOf, clientOf, tokenCheckOf } from '../keystone/client-sections.ts';
import { uwsgiFiles } from '../uwsgi.ts';
import mountNfs from './mount-nfs.sh';
import volumeBackend from './volume-backend.sh';

const backendPath = '/etc/cinder/holdfast-backend.conf';
const sharesPath = '/etc/cinder/nfs_shares';
const prepareProgram = '/usr/local/lib/holdfast/volume-backend';
/** Mounted at second places, where Cinder and Nova look for volumes; no other user may enter the folder above it. */
const folder = '/var/lib/cinder/share';
const group = 'cinder-volumes';

export function cinderFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec } = plan;
  return [
    serviceFile('/etc/cinder/cinder.conf', 'cinder', ini(sections(plan), spec.overrides.cinder)),
    ...policyFiles('cinder', profile.policies.cinder),
    ...uwsgiFiles(plan, profile.apis.volume),
    startedBy(profile.volumes.scheduler),
    startedBy(
      profile.volumes.volume,
      `ExecStartPre=+/bin/sh ${prepareProgram} ${backendPath} ${folder} ${group}`,
    ),
    script(prepareProgram, '644', volumeBackend),
    serviceFile(sharesPath, 'cinder', [`127.0.0.1:${folder}`]),
    script('/usr/sbin/mount.nfs', '755', mountNfs),
  ];
}

const startedBy = ({ unit, command }: ProgramProfile, ...lines: string[]): FileArgs =>
  dropIn(unit, [...lines, 'ExecStart=', `ExecStart=${command}`, 'Restart=always', 'RestartSec=2']);

function sections(plan: BoxPlan) {
  return {
    DEFAULT: {
      host: plan.box,
      my_ip: '127.0.0.1',
      state_path: '/var/lib/cinder',
      log_dir: '/var/log/cinder',
      transport_url: plan.brokerUrl('cinder'),
      auth_strategy: 'keystone',
      rootwrap_config: '/etc/cinder/rootwrap.conf',
      glance_catalog_info: 'image:glance:internalURL',
      glance_ca_certificates_file: plan.authorityPath,
    },
    database: { connection: plan.databaseUrl('cinder', 'cinder') },
    keystone_authtoken: tokenCheckOf(plan, 'cinder'),
    // Told when a volume grows under a server.
    nova: { ...clientOf(plan, 'cinder'), interface: 'internal' },
    oslo_concurrency: { lock_path: '/var/lib/cinder/locks' },
    oslo_messaging_rabbit: brokerOf(plan, 'cinder'),
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
}

export function backendFiles(): Record<VolumeBackend, FileArgs> {
  const text = (backend: VolumeBackend, section: Parameters<typeof ini>[0][string]): FileArgs =>
    serviceFile(
      backendPath,
      'cinder',
      ini({
        DEFAULT: { enabled_backends: backend },
        [backend]: { volume_backend_name: backend, ...section },
      }),
    );
  return {
    nfs: text('nfs', {
      volume_driver: 'cinder.volume.drivers.nfs.NfsDriver',
      nfs_shares_config: sharesPath,
      // Cinder and QEMU are two users, and libvirt hands a volume that was detached to root.
      nas_secure_file_operations: false,
      nas_secure_file_permissions: false,
      nfs_sparsed_volumes: true,
    }),
    lvm: text('lvm', {
      volume_driver: 'cinder.volume.drivers.lvm.LVMVolumeDriver',
      volume_group: group,
      target_helper: 'lioadm',
      target_ip_address: '127.0.0.1',
      lvm_type: 'default',
    }),
  };
}

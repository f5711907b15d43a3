// SPDX-License-Identifier: Apache-2.0
// Cinder's configuration, with one text for each thing that volumes can lie on. Which of them holds is proven, not said here.
// The text for LVM, and what prepares it, were never run: no machine with a device mapper was at hand.
import type { ProgramProfile } from '../../contracts/box/release-profile.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { VolumeBackend } from '../../ports/cinder.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, policyFiles, serviceFile } from '../file.ts';
import { brokerOf, clientOf, tokenCheckOf } from '../keystone/client-sections.ts';
import { uwsgiFiles } from '../uwsgi.ts';

const backendPath = '/etc/cinder/holdfast-backend.conf';
const sharesPath = '/etc/cinder/nfs_shares';
const prepareProgram = '/usr/local/lib/holdfast/volume-backend';
/** Mounted at second places, where Cinder and Nova look for volumes; nobody else gets through the folder above it. */
const folder = '/var/lib/cinder/share';
const groupFile = '/var/lib/cinder/group';
const group = 'cinder-volumes';
/** Of the volume group: a sparse file. */
const groupGibibytes = 100;

export function cinderFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec } = plan;
  return [
    serviceFile('/etc/cinder/cinder.conf', 'cinder', ini(sections(plan), spec.overrides.cinder)),
    ...policyFiles('cinder', profile.policies.cinder),
    ...uwsgiFiles(plan, profile.apis.volume),
    startedBy(profile.volumes.scheduler),
    startedBy(profile.volumes.volume, `ExecStartPre=+/bin/sh ${prepareProgram}`),
    file(prepareProgram, 'root', '644', prepareLines),
    serviceFile(sharesPath, 'cinder', [`127.0.0.1:${folder}`]),
    shellProgram('/usr/sbin/mount.nfs', mountLine),
  ];
}

const startedBy = ({ unit, command }: ProgramProfile, ...lines: string[]): FileArgs =>
  dropIn(unit, [...lines, 'ExecStart=', `ExecStart=${command}`, 'Restart=always', 'RestartSec=2']);

/** Its first line has to be the first. */
const shellProgram = (path: string, line: string): FileArgs => ({
  path,
  mode: '755',
  owner: 'root',
  group: 'root',
  content: `#!/bin/sh\n${line}\n`,
});

/**
 * The kernel need not know NFS: the share is a folder of this very box. Nova knows a mount by its device, which here is that of
 * the folder around it, so it never unmounts and mounts again for each volume: that must add nothing. Private, because each
 * mount of a folder would be handed on into the folder itself and double.
 */
const mountLine = 'mountpoint --quiet "$2" || exec mount --bind --make-private "${1#*:}" "$2"';

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

/** Run before each start of cinder-volume: what its backend lies on is there. */
const prepareLines: readonly string[] = [
  'set -eu',
  `case $(sed -n 's/^enabled_backends = //p' ${backendPath}) in`,
  `nfs) install -d -o cinder -g cinder -m 711 ${folder} ;;`,
  'lvm)',
  `  [ -e ${groupFile} ] || truncate --size=${groupGibibytes}G ${groupFile}`,
  `  loop=$(losetup --noheadings --output=NAME --associated ${groupFile})`,
  `  [ -n "$loop" ] || loop=$(losetup --find --show ${groupFile})`,
  `  vgs ${group} > /dev/null 2>&1 || vgcreate ${group} "$loop"`,
  `  vgchange --activate=y ${group} ;;`,
  'esac',
];

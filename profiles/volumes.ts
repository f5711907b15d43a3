// SPDX-License-Identifier: Apache-2.0
// What a box with volumes has beside the rest. Data. Both releases' packages have these names; a spec of debian-12 with
// volumes is refused until the migrations of its Cinder were seen on PostgreSQL.
import type { ApiProfile, ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';

// open-iscsi: in place of tgt, which listens on all addresses as soon as Cinder's unit wants it.
export const volumePackages: readonly string[] = [
  'cinder-api',
  'cinder-scheduler',
  'cinder-volume',
  'open-iscsi',
];

export const volumeApi: ApiProfile = {
  // Nova and most clients look for it by the older of its types.
  name: 'cinder',
  type: 'volumev3',
  unit: 'cinder-api.service',
  user: 'cinder',
  publicPort: 8776,
  backendPort: 8776,
  path: '/v3',
  healthPath: '/',
  uwsgi: { application: '/usr/bin/cinder-wsgi', threads: 1 },
};

export const cinderPolicies: readonly string[] = [
  // A deletion that goes on after a restart is nobody's request: Nova asks Cinder as itself, for a volume of another project.
  '"context_is_admin": "role:admin or role:service"',
];

const command = (name: string, ...files: string[]): string =>
  [
    `/usr/bin/${name}`,
    ...['/etc/cinder/cinder.conf', ...files].map((path) => `--config-file=${path}`),
    `--log-file=/var/log/cinder/${name}.log`,
  ].join(' ');

export const volumes: ReleaseProfile['volumes'] = {
  unitsShippedDisabled: [
    'cinder-api',
    'cinder-scheduler',
    'cinder-volume',
    'blk-availability',
    'lvm2-monitor',
    'lvm2-lvmpolld.socket',
    'dm-event.socket',
  ],
  units: ['cinder-api.service', 'cinder-scheduler.service', 'cinder-volume.service'],
  scheduler: { unit: 'cinder-scheduler.service', command: command('cinder-scheduler') },
  volume: {
    unit: 'cinder-volume.service',
    command: command('cinder-volume', '/etc/cinder/holdfast-backend.conf'),
  },
};

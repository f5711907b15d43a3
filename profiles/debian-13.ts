// SPDX-License-Identifier: Apache-2.0
// What a box of Debian 13 (OpenStack 2025.1) is made of. Data; every number was read off a run.
import type { ReleaseProfile } from '../workflows/contracts/release-profile.ts';

export const debian13: ReleaseProfile = {
  name: 'debian-13',
  suite: 'trixie',
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
  // Packages enable their services in postinst; a box begins with all of them off and enables what is configured.
  unitsShippedDisabled: [
    'keystone',
    'haproxy',
    'postgresql',
    'rsync',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'uwsgi',
  ],
  postgres: { version: '17', port: 5432 },
  keystone: {
    // alembic heads of keystone 27: one of the expand, one of the contract branch
    schemaHeads: ['47147121', 'c88cdce8f248'],
    // Debian's ini starts 8 processes of 32 threads: 24 s to the first answer on 2 cores.
    uwsgi: { processes: 2, threads: 4 },
    backendPort: 35357,
    publicPort: 5000,
    roles: ['admin', 'manager', 'member', 'reader', 'service'],
  },
};

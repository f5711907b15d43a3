// SPDX-License-Identifier: Apache-2.0
// What a box with a dashboard (Horizon) has beside the rest, in both releases. Data.
import type { ApiProfile, ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';

/** uWSGI comes with Keystone. Types of files: without them a browser takes no style sheet. */
export const dashboardPackages: readonly string[] = ['openstack-dashboard', 'memcached', 'media-types'];

/** Debian's memcached listens to every program of the box; the dashboard has one of its own. */
export const dashboard: ReleaseProfile['dashboard'] = { unitsShippedDisabled: ['memcached'] };

export const dashboardApi: ApiProfile = {
  name: 'horizon',
  package: 'openstack-dashboard',
  unit: 'horizon.service',
  user: 'horizon',
  publicPort: 443,
  backendPort: 8080,
  path: '/',
  // Leads to the login page, which only who follows has to be shown.
  healthPath: '/home/',
  uwsgi: {
    application: '/usr/share/openstack-dashboard/wsgi.py',
    threads: 4,
    processesMax: 2,
    // Collected and compressed when Debian's package was configured.
    folders: { '/static': '/var/lib/openstack-dashboard/static' },
  },
};

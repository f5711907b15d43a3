// SPDX-License-Identifier: Apache-2.0
// Horizon's configuration over Debian's own: who reaches it, where Keystone is, where sessions are kept.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { file, secretIn, serviceFile } from '../file.ts';
import { uwsgiFiles } from '../uwsgi.ts';

export const sessionsUnit = 'horizon-sessions.service';
const sessionsSocket = '/run/horizon-sessions/socket';

export function dashboardFiles(plan: BoxPlan): FileArgs[] {
  const { profile } = plan;
  const { unit, user } = profile.apis.dashboard;
  return [
    // Read in the order of their names, after Debian's, which begin with _000.
    serviceFile('/etc/openstack-dashboard/local_settings.d/_9000_holdfast.py', user, settings(plan)),
    unitFile(unit, 'OpenStack Horizon, the dashboard', [
      `User=${user}`,
      `Group=${user}`,
      // Debian's own settings make a key there before ours replace it.
      'StateDirectory=openstack-dashboard/secret-key',
    ]),
    ...uwsgiFiles(plan, profile.apis.dashboard),
  ];
}

/**
 * Memcached, and no signed cookies: with the catalog of a cloud a session comes near the 4096 bytes that browsers keep,
 * and what is in a cookie outlives the logout. On a socket that the dashboard alone may open: whoever writes into the
 * store of sessions can run programs as the dashboard, which unpickles them.
 */
export function sessionsFiles({ profile }: BoxPlan): FileArgs[] {
  const { user } = profile.apis.dashboard;
  return [
    unitFile(sessionsUnit, 'Sessions of OpenStack Horizon', [
      `User=${user}`,
      `Group=${user}`,
      'RuntimeDirectory=horizon-sessions',
      'RuntimeDirectoryMode=0700',
      // MiB at the most; a session takes some KiB.
      `ExecStart=/usr/bin/memcached --unix-socket=${sessionsSocket} --memory-limit=64`,
      'Restart=always',
      'RestartSec=2',
    ]),
  ];
}

const unitFile = (unit: string, description: string, service: readonly string[]): FileArgs =>
  file(`/etc/systemd/system/${unit}`, 'root', '644', [
    '[Unit]',
    `Description=${description}`,
    '',
    '[Service]',
    ...service,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);

function settings(plan: BoxPlan): string[] {
  const { spec, box } = plan;
  const { name, address } = spec.access;
  const hosts = [spec.networks.management.address, box, name, address].filter((host) => host !== undefined);
  const python = (value: string | readonly string[]): string => JSON.stringify(value);
  return [
    `SECRET_KEY = ${python(secretIn(plan.dashboardKey))}`,
    // HAProxy asks by the box's own name, the step on loopback.
    `ALLOWED_HOSTS = ${python([...hosts, '127.0.0.1'])}`,
    `CSRF_TRUSTED_ORIGINS = ${python(hosts.map((host) => `https://${host}`))}`,
    // For the log of logins: HAProxy adds who asked behind what a caller wrote there.
    'SECURE_PROXY_ADDR_HEADER = "HTTP_X_FORWARDED_FOR"',
    // HAProxy sets it anew in every request.
    'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    'CSRF_COOKIE_SECURE = True',
    'SESSION_COOKIE_SECURE = True',
    'SESSION_ENGINE = "django.contrib.sessions.backends.cache"',
    'CACHES = {',
    '    "default": {',
    '        "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",',
    `        "LOCATION": "unix:${sessionsSocket}",`,
    '    },',
    '}',
    `OPENSTACK_KEYSTONE_URL = ${python(plan.internalAuthUrl)}`,
    `OPENSTACK_SSL_CACERT = ${python(plan.authorityPath)}`,
    'OPENSTACK_ENDPOINT_TYPE = "internalURL"',
    // People of the project `test` are of a domain of their own.
    'OPENSTACK_KEYSTONE_MULTIDOMAIN_SUPPORT = True',
  ];
}

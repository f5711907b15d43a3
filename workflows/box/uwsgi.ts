// SPDX-License-Identifier: Apache-2.0
// The files by which uwsgi serves an API on loopback, in place of Debian's own, which listens on all addresses.
import type { ApiProfile } from '../contracts/box/release-profile.ts';
import type { FileArgs } from '../ports/host.ts';
import type { BoxPlan } from './plan.ts';
import { dropIn, file } from './file.ts';

/** Nothing for an API that listens by itself. */
export function uwsgiFiles(
  { processes }: BoxPlan,
  { name, unit, user, backendPort, uwsgi }: ApiProfile,
): FileArgs[] {
  if (uwsgi === null) return [];
  // A user may have several APIs.
  const path = `/etc/${user}/holdfast-${name === user ? '' : `${name}-`}uwsgi.ini`;
  return [
    file(path, 'root', '644', [
      '[uwsgi]',
      `http-socket = 127.0.0.1:${backendPort}`,
      `wsgi-file = ${uwsgi.application}`,
      ...(uwsgi.arguments === undefined ? [] : [`pyargv = ${uwsgi.arguments}`]),
      `procname-prefix = ${name} `,
      'plugins = python3',
      'master = true',
      `processes = ${Math.min(processes, uwsgi.processesMax ?? processes)}`,
      `threads = ${uwsgi.threads}`,
      'enable-threads = true',
      'lazy-apps = true',
      'thunder-lock = true',
      'need-app = true',
      ...(uwsgi.memoryMebibytesMax === undefined ? [] : [`reload-on-rss = ${uwsgi.memoryMebibytesMax}`]),
      ...Object.entries(uwsgi.folders ?? {}).map(([url, folder]) => `static-map = ${url}=${folder}`),
      // HAProxy asks every second; only what went wrong is worth a line.
      'disable-logging = true',
      'log-4xx = true',
      'log-5xx = true',
      'die-on-term = true',
      'no-orphans = true',
      'buffer-size = 65535',
      // Keep-alive clients meet reset connections otherwise.
      'add-header = Connection: close',
      // Neutron's OVN driver tells the processes of one start from those of another by it.
      'start-time = %t',
      `chdir = /var/lib/${user}`,
    ]),
    dropIn(unit, [
      'ExecStart=',
      `ExecStart=/usr/bin/uwsgi_python3 --ini ${path}`,
      // After a reboot the database may need longer than the program's first look at it.
      'Restart=always',
      'RestartSec=2',
    ]),
  ];
}

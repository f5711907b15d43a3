// SPDX-License-Identifier: Apache-2.0
// HAProxy's configuration: TLS in front of every API, on the box's own addresses alone.
import { publicPaths } from '../../contracts/authority/public-certificate.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { file } from '../file.ts';
import { challengeSections, folderFile } from '../public-certificate/files.ts';

export function haproxyFiles(plan: BoxPlan): FileArgs[] {
  const { spec, profile, paths, authority } = plan;
  const { address } = spec.networks.management;
  // The first one serves clients that name no host or another one: all that come by an address.
  const certificates = authority === null ? paths.haproxy : `${paths.haproxy} crt ${publicPaths.folder}`;
  const sections = spec.services.flatMap((service) => {
    const { name, publicPort, backendPort, healthPath } = profile.apis[service];
    return [
      '',
      `frontend ${service}`,
      `  bind ${address}:${publicPort} ssl crt ${certificates}`,
      '  http-request set-header X-Forwarded-Proto https',
      `  default_backend ${name}`,
      '',
      `backend ${name}`,
      `  option httpchk GET ${healthPath}`,
      // Each look at one that is well costs its program some milliseconds for ever; one that failed is looked at closely.
      `  server ${name} 127.0.0.1:${backendPort} check inter 5s downinter 200ms fastinter 200ms fall 3 rise 1`,
    ];
  });
  return [
    file('/etc/haproxy/haproxy.cfg', 'root', '644', [
      'global',
      '  log /dev/log local0',
      '  user haproxy',
      '  group haproxy',
      '  ssl-default-bind-options ssl-min-ver TLSv1.2',
      '',
      'defaults',
      '  mode http',
      '  log global',
      '  option httplog',
      '  option forwardfor',
      // A connection that a program keeps is closed behind an answer: closed at a reload, it fails the next request.
      '  option idle-close-on-response',
      '  timeout connect 5s',
      '  timeout client 120s',
      '  timeout server 120s',
      // A program with one thread answers no check while it works on a long request; one that is down refuses at once.
      '  timeout check 10s',
      ...sections,
      ...(plan.hasGuests ? consoleSections(plan, certificates) : []),
      ...(authority === null ? [] : challengeSections(address)),
    ]),
    ...(authority === null ? [] : [folderFile()]),
  ];
}

/** A console's URL holds a token that lets whoever has it in: the log leaves out what follows the path. */
function consoleSections({ spec, profile }: BoxPlan, certificates: string): string[] {
  const { publicPort, backendPort } = profile.guests.console;
  return [
    '',
    'frontend console',
    `  bind ${spec.networks.management.address}:${publicPort} ssl crt ${certificates}`,
    '  log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs \\"%HM %HP %HV\\""',
    '  http-request set-header X-Forwarded-Proto https',
    '  default_backend novnc',
    '',
    'backend novnc',
    // A person who only reads a console sends nothing.
    '  timeout tunnel 1h',
    // The proxy starts a process for each connection: no checks, and none is kept behind an answer.
    '  option http-server-close',
    `  server novnc 127.0.0.1:${backendPort}`,
  ];
}

// SPDX-License-Identifier: Apache-2.0
// Consoles of guests: where QEMU shows their screens, who may look there, and the proxy that does. Pure.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file, ini, serviceFile, type Section } from '../file.ts';

const rulesPath = '/etc/holdfast/screens.nft';

/** Of nova.conf, for the programs that make guests, give URLs and show screens. */
export function consoleSection({ profile, publicHost }: BoxPlan): Section {
  const { publicPort, backendPort, page } = profile.guests.console;
  return {
    enabled: true,
    server_listen: '127.0.0.1',
    server_proxyclient_address: '127.0.0.1',
    novncproxy_host: '127.0.0.1',
    novncproxy_port: backendPort,
    novncproxy_base_url: `https://${publicHost}:${publicPort}${page}`,
  };
}

/** Of oslo.log's own list, which a setting replaces, what these programs load. */
const quietLogs = 'amqp=WARN,sqlalchemy=WARN,oslo_messaging=INFO,urllib3.connectionpool=WARN';

export const consoleFiles = ({ profile }: BoxPlan): FileArgs[] => {
  const { unit, command } = profile.guests.console;
  return [
    serviceFile(
      '/etc/nova/holdfast-console.conf',
      'nova',
      // It would write down each token with the path that a browser asks for. HAProxy's log has who asked and when.
      ini({ DEFAULT: { default_log_levels: `${quietLogs},nova.console.websocketproxy=WARN` } }),
    ),
    dropIn(unit, ['ExecStart=', `ExecStart=${command}`, 'Restart=always', 'RestartSec=2']),
  ];
};

/**
 * What libvirt starts with. QEMU asks nobody for a password, so that a rule lets in Nova's user, whose proxy asks for the token,
 * and root. A rule and no certificates: a running guest keeps the certificate of its start beyond its last day.
 */
export function screenFiles({ profile }: BoxPlan): FileArgs[] {
  const { first, last } = profile.guests.console.screenPorts;
  return [
    file('/etc/libvirt/qemu.conf', 'root', '600', [
      `remote_display_port_min = ${first}`,
      `remote_display_port_max = ${last}`,
    ]),
    file(rulesPath, 'root', '644', [
      'add table inet holdfast_screens',
      'delete table inet holdfast_screens',
      'table inet holdfast_screens {',
      '  chain output {',
      '    type filter hook output priority 0; policy accept;',
      `    oif "lo" tcp dport ${first}-${last} meta skuid != { root, nova } reject with tcp reset`,
      '  }',
      '}',
    ]),
    // No guest starts before the rule holds.
    dropIn('libvirtd.service', [`ExecStartPre=/usr/sbin/nft -f ${rulesPath}`]),
  ];
}

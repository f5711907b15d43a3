// SPDX-License-Identifier: Apache-2.0
// The files of the box's end of its tunnels: key, clients, rules, program, unit. Pure.
import type { WireguardSpec } from '../../contracts/box/wireguard.ts';
import { wireguardServerAddress } from '../../contracts/box/wireguard.ts';
import { addressText, parseCidr } from '../../contracts/box/cidr.ts';
import type { FileArgs } from '../../ports/host.ts';
import { file, script, secretIn } from '../file.ts';
import { publicPortsOf, type BoxPlan, type ExternalNetwork } from '../plan.ts';
import serve from './serve.sh';

export const wireguardUnit = 'holdfast-wireguard.service';

const folder = '/etc/holdfast/wireguard';
const program = '/usr/local/lib/holdfast/wireguard';

/** What clients send through the tunnel. */
export const tunnelledNetworks = ({ spec, externalNetwork }: BoxPlan): string[] => [
  `${spec.networks.management.address}/32`,
  ...(externalNetwork === null ? [] : [externalNetwork.cidr]),
];

/** Read while the link is up: a change of it restarts nothing. */
export const clientsFile = ({ clients }: WireguardSpec): FileArgs =>
  file(
    `${folder}/clients.conf`,
    'root',
    '600',
    clients.flatMap(({ name, publicKey, address }) => [
      `# ${name}`,
      '[Peer]',
      `PublicKey = ${publicKey}`,
      `AllowedIPs = ${address}/32`,
    ]),
  );

/** What the unit reads at its start. */
export function wireguardFiles(plan: BoxPlan, wireguard: WireguardSpec): FileArgs[] {
  const { port, cidr } = wireguard;
  const address = `${wireguardServerAddress(wireguard)}/${parseCidr(cidr)?.prefix ?? 24}`;
  return [
    file(`${folder}/secret`, 'root', '600', [secretIn(plan.wireguardKey)]),
    rulesFile(plan, wireguard),
    script(program, '644', serve),
    file(`/etc/systemd/system/${wireguardUnit}`, 'root', '644', [
      '[Unit]',
      'Description=Tunnels of clients, by WireGuard',
      'After=network.target',
      'StartLimitIntervalSec=0',
      '',
      '[Service]',
      'Type=notify',
      'NotifyAccess=all',
      `ExecStart=/bin/sh ${program} ${port} ${address}`,
      'Restart=always',
      'RestartSec=2',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
    ]),
  ];
}

/**
 * All but the first address, which the machine itself has, and those to which all of the network listen: through these a
 * client would reach what the machine serves on all of its addresses. None: nothing is let through.
 */
function floatingRules(network: ExternalNetwork | null): string[] {
  const range = network === null ? null : parseCidr(network.cidr);
  if (range === null) return [];
  return [`    ip daddr ${addressText(range.first + 2)}-${addressText(range.last - 1)} accept`];
}

/** Clients reach the APIs and the floating IPs, and neither each other nor anything else behind the box. */
function rulesFile(plan: BoxPlan, { cidr }: WireguardSpec): FileArgs {
  const { spec, externalNetwork } = plan;
  const ports = publicPortsOf(plan).join(', ');
  return file(`${folder}/rules.nft`, 'root', '644', [
    'add table ip holdfast_clients',
    'delete table ip holdfast_clients',
    'table ip holdfast_clients {',
    '  chain input {',
    '    type filter hook input priority 0; policy accept;',
    '    iifname != "hf-clients" accept',
    '    ct state established,related accept',
    `    ip daddr ${spec.networks.management.address} tcp dport { ${ports} } accept`,
    '    icmp type echo-request accept',
    '    drop',
    '  }',
    '  chain forward {',
    '    type filter hook forward priority 0; policy accept;',
    '    iifname != "hf-clients" accept',
    ...floatingRules(externalNetwork),
    '    drop',
    '  }',
    '  chain postrouting {',
    '    type nat hook postrouting priority 100; policy accept;',
    `    ip saddr ${cidr} oifname != "hf-clients" masquerade`,
    '  }',
    '}',
  ]);
}

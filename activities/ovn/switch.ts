// SPDX-License-Identifier: Apache-2.0
// Makes Open vSwitch and OVN of a box know each other: settings, bridges, connections. Starts no unit but the switch.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { OvnPort, SwitchArgs } from '../../workflows/ports/ovn.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../row-scope.ts';

/** On loopback: everything that asks stands in the same box. */
const connections = {
  manager: 'ptcp:6640:127.0.0.1',
  north: 'ptcp:6641:127.0.0.1',
  south: 'ptcp:6642:127.0.0.1',
};

export function switchActivities({ inside }: Clients): Pick<OvnPort, 'observeSwitch' | 'configureSwitch'> {
  return {
    observeSwitch: observing(async (args) => {
      const host = inside(args.box);
      const have = await settingsOf(host, args);
      const want = wantedOf(args, await datapathOf(host, args));
      return Object.entries(want).flatMap(([what, value]): Difference[] =>
        have[what] === value ? [] : [{ what, have: have[what] || 'absent', want: value }],
      );
    }),
    configureSwitch: applying(async (args) => {
      const host = inside(args.box);
      const bridges = Object.values(args.bridgeMappings);
      const mappings = mappingsOf(args);
      await host.output([
        'sh',
        '-c',
        configureScript,
        'holdfast',
        args.hostname,
        await datapathOf(host, args),
        mappings,
        ...bridges,
        ',',
        ...Object.entries(args.ports ?? {}).flat(),
      ]);
      return undefined;
    }),
  };
}

const mappingsOf = ({ bridgeMappings }: SwitchArgs): string =>
  Object.entries(bridgeMappings)
    .map(([network, bridge]) => `${network}:${bridge}`)
    .join(',');

type Datapath = Exclude<SwitchArgs['datapath'], 'probe'>;

/** Made and removed again: a module that is there may still be unusable from inside. @source ovs-dpctl(8) */
const probeScript =
  'ovs-dpctl --timeout=10 add-dp holdfast-probe && ovs-dpctl --timeout=10 del-dp holdfast-probe';

async function datapathOf(host: Host, { datapath }: SwitchArgs): Promise<Datapath> {
  if (datapath !== 'probe') return datapath;
  return (await host.run(['sh', '-c', probeScript])).exitCode === 0 ? 'system' : 'netdev';
}

function wantedOf(args: SwitchArgs, datapath: Datapath): Record<string, string> {
  const bridges = ['br-int', ...Object.values(args.bridgeMappings)];
  return {
    // Without it every packet whose checksum is left to the hardware is dropped in userspace: ping works and TCP does not.
    'other_config:userspace-tso-enable': String(datapath === 'netdev'),
    'external_ids:hostname': args.hostname,
    'external_ids:ovn-remote': 'tcp:127.0.0.1:6642',
    'external_ids:ovn-encap-type': 'geneve',
    'external_ids:ovn-encap-ip': '127.0.0.1',
    'external_ids:ovn-bridge-datapath-type': datapath,
    'external_ids:ovn-bridge-mappings': mappingsOf(args),
    'external_ids:ovn-cms-options': 'enable-chassis-as-gw',
    manager: connections.manager,
    'north database': connections.north,
    'south database': connections.south,
    chassis: args.hostname,
    ...Object.fromEntries(bridges.map((name) => [`bridge ${name}`, datapath])),
    ...Object.fromEntries(Object.entries(args.ports ?? {}).map(([port, bridge]) => [`port ${port}`, bridge])),
  };
}

/** Arguments: links. One answer a line: what, a tab, its value. */
const readScript = String.raw`
set -eu
say() { printf '%s\t%s\n' "$1" "$2"; }
get() { ovs-vsctl --timeout=10 --if-exists get open . "$1" | tr -d '"'; }
say other_config:userspace-tso-enable "$(get other_config:userspace-tso-enable)"
for key in hostname ovn-remote ovn-encap-type ovn-encap-ip ovn-bridge-datapath-type ovn-bridge-mappings ovn-cms-options; do
  say "external_ids:$key" "$(get "external_ids:$key")"
done
for bridge in $(ovs-vsctl --timeout=10 list-br); do
  say "bridge $bridge" "$(ovs-vsctl --timeout=10 get bridge "$bridge" datapath_type | tr -d '"')"
done
for port in "$@"; do say "port $port" "$(ovs-vsctl --timeout=10 port-to-br "$port" 2>/dev/null)"; done
say manager "$(ovs-vsctl --timeout=10 get-manager)"
say 'north database' "$(ovn-nbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say 'south database' "$(ovn-sbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say chassis "$(ovn-sbctl --timeout=10 --bare --columns=hostname list chassis | head -n 1)"
`;

/**
 * Arguments: host name, datapath, mappings, bridges, a comma, links and the bridge of each. Every command may run twice.
 * The first start makes br-int on the kernel's datapath, which cannot be changed in place where the module is missing.
 */
export const configureScript = String.raw`
set -eu
hostname=$1 datapath=$2 mappings=$3; shift 3
vsctl() { ovs-vsctl --timeout=20 "$@"; }
tso=$(vsctl --if-exists get open . other_config:userspace-tso-enable | tr -d '"')
[ "$datapath" = netdev ] && offload=true || offload=false
vsctl --no-wait set open . other_config:userspace-tso-enable="$offload" external-ids:hostname="$hostname" \
  external-ids:ovn-remote=tcp:127.0.0.1:6642 external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=127.0.0.1 \
  external-ids:ovn-bridge-datapath-type="$datapath" external-ids:ovn-bridge-mappings="$mappings" \
  external-ids:ovn-cms-options=enable-chassis-as-gw
if [ "$(vsctl --if-exists get bridge br-int datapath_type | tr -d '"')" != "$datapath" ]; then
  vsctl --no-wait --if-exists del-br br-int -- add-br br-int -- set bridge br-int datapath_type="$datapath" fail-mode=secure
fi
while [ "$1" != , ]; do
  vsctl --no-wait --may-exist add-br "$1" -- set bridge "$1" datapath_type="$datapath"; shift
done; shift
while [ $# -gt 0 ]; do
  # One that another bridge owns is moved.
  [ "$(vsctl port-to-br "$1" 2>/dev/null)" = "$2" ] || vsctl --no-wait --if-exists del-port "$1" -- add-port "$2" "$1"
  shift 2
done
vsctl --no-wait set-manager ${connections.manager}
# Segmentation offload is read at the start of the switch alone.
[ "${'$'}{tso:-false}" = "$offload" ] || systemctl restart ovs-vswitchd
ovn-nbctl --timeout=20 set-connection ${connections.north}
ovn-sbctl --timeout=20 set-connection ${connections.south}
`;

async function settingsOf(host: Host, { ports = {} }: SwitchArgs): Promise<Record<string, string>> {
  const text = await host.output(['sh', '-c', readScript, 'holdfast', ...Object.keys(ports)]);
  const lines = text.split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [what = '', value = ''] = line.split('\t');
      return [what, value];
    }),
  );
}

// SPDX-License-Identifier: Apache-2.0
// Makes Open vSwitch and OVN of a box know each other: settings, bridges, connections. Starts no unit but the switch.
// Touches: host/openvswitch
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { OvnPort, SwitchArgs } from '../../workflows/ports/ovn.ts';
import type { Host } from '../clients/host/host.ts';
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
      const have = await settingsOf(inside(args.box));
      const want = wantedOf(args);
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
        args.datapath,
        mappings,
        ...bridges,
      ]);
      return undefined;
    }),
  };
}

const mappingsOf = ({ bridgeMappings }: SwitchArgs): string =>
  Object.entries(bridgeMappings)
    .map(([network, bridge]) => `${network}:${bridge}`)
    .join(',');

function wantedOf(args: SwitchArgs): Record<string, string> {
  const bridges = ['br-int', ...Object.values(args.bridgeMappings)];
  return {
    'other_config:userspace-tso-enable': 'true',
    'external_ids:hostname': args.hostname,
    'external_ids:ovn-remote': 'tcp:127.0.0.1:6642',
    'external_ids:ovn-encap-type': 'geneve',
    'external_ids:ovn-encap-ip': '127.0.0.1',
    'external_ids:ovn-bridge-datapath-type': args.datapath,
    'external_ids:ovn-bridge-mappings': mappingsOf(args),
    'external_ids:ovn-cms-options': 'enable-chassis-as-gw',
    manager: connections.manager,
    'north database': connections.north,
    'south database': connections.south,
    chassis: args.hostname,
    ...Object.fromEntries(bridges.map((name) => [`bridge ${name}`, args.datapath])),
  };
}

/** One answer a line: what, a tab, its value. */
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
say manager "$(ovs-vsctl --timeout=10 get-manager)"
say 'north database' "$(ovn-nbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say 'south database' "$(ovn-sbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say chassis "$(ovn-sbctl --timeout=10 --bare --columns=hostname list chassis | head -n 1)"
`;

/**
 * Arguments: host name, datapath, mappings, bridges. Every command may run twice.
 * The first start makes br-int on the kernel's datapath, which cannot be changed in place where the module is missing.
 */
export const configureScript = String.raw`
set -eu
hostname=$1 datapath=$2 mappings=$3; shift 3
vsctl() { ovs-vsctl --timeout=20 "$@"; }
tso=$(vsctl --if-exists get open . other_config:userspace-tso-enable | tr -d '"')
vsctl --no-wait set open . other_config:userspace-tso-enable=true external-ids:hostname="$hostname" \
  external-ids:ovn-remote=tcp:127.0.0.1:6642 external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=127.0.0.1 \
  external-ids:ovn-bridge-datapath-type="$datapath" external-ids:ovn-bridge-mappings="$mappings" \
  external-ids:ovn-cms-options=enable-chassis-as-gw
if [ "$(vsctl --if-exists get bridge br-int datapath_type | tr -d '"')" != "$datapath" ]; then
  vsctl --no-wait --if-exists del-br br-int -- add-br br-int -- set bridge br-int datapath_type="$datapath" fail-mode=secure
fi
for bridge in "$@"; do
  vsctl --no-wait --may-exist add-br "$bridge" -- set bridge "$bridge" datapath_type="$datapath"
done
vsctl --no-wait set-manager ${connections.manager}
# Segmentation offload is read at the start of the switch alone.
[ "$tso" = true ] || systemctl restart ovs-vswitchd
ovn-nbctl --timeout=20 set-connection ${connections.north}
ovn-sbctl --timeout=20 set-connection ${connections.south}
`;

async function settingsOf(host: Host): Promise<Record<string, string>> {
  const text = await host.output(['sh', '-c', readScript]);
  const lines = text.split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [what = '', value = ''] = line.split('\t');
      return [what, value];
    }),
  );
}

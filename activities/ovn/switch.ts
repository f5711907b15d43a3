// SPDX-License-Identifier: Apache-2.0
// Makes Open vSwitch and OVN of a box know each other: settings, bridges, connections. Starts no unit but the switch.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { OvnPort, SwitchArgs } from '../../workflows/ports/cloud/ovn.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import configureSwitch from './configure-switch.sh';
import readSettings from './read-settings.sh';

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
      await host.output(configureCommand(args, await datapathOf(host, args)));
      return undefined;
    }),
  };
}

const mappingsOf = ({ bridgeMappings }: SwitchArgs): string =>
  Object.entries(bridgeMappings)
    .map(([network, bridge]) => `${network}:${bridge}`)
    .join(',');

type Datapath = Exclude<SwitchArgs['datapath'], 'probe'>;

export function configureCommand(args: SwitchArgs, datapath: Datapath): string[] {
  const { manager, north, south } = connections;
  const settings = [args.hostname, datapath, mappingsOf(args), manager, north, south];
  const bridges = Object.values(args.bridgeMappings);
  const ports = Object.entries(args.ports ?? {}).flat();
  return ['sh', '-c', configureSwitch, 'holdfast', ...settings, ...bridges, ',', ...ports];
}

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

async function settingsOf(host: Host, { ports = {} }: SwitchArgs): Promise<Record<string, string>> {
  const text = await host.output(['sh', '-c', readSettings, 'holdfast', ...Object.keys(ports)]);
  const lines = text.split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [what = '', value = ''] = line.split('\t');
      return [what, value];
    }),
  );
}

// SPDX-License-Identifier: Apache-2.0
// Lets floating IPs of a box reach the world through this machine, which speaks for them. The way to them is its own link.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { ExternalNetworkArgs, ReachPort } from '../../workflows/ports/reach.ts';
import { Failure } from '../clients/failure.ts';
import { externalTableOf } from '../hosts/nftables.ts';
import { thisMachine } from '../hosts/transport.ts';
import { applying, observing } from '../step-scope.ts';
import loadRules from './load-rules.sh';

export function externalNetworkActivities(): Pick<
  ReachPort,
  'observeExternalNetwork' | 'routeExternalNetwork'
> {
  return {
    observeExternalNetwork: observing(async (args) => {
      const forwarding = (await thisMachine.run(['cat', '/proc/sys/net/ipv4/ip_forward'])).stdout.trim();
      const table = externalTableOf(args.box);
      const listed = await thisMachine.run(['nft', '--stateless', 'list', 'table', 'ip', table]);
      const differences: Difference[] = [];
      if (forwarding !== '1')
        differences.push({ what: 'IPv4 forwarding of this machine', have: 'off', want: 'on' });
      if (wordsOf(listed.stdout) !== wordsOf(tableText(args)))
        differences.push({
          what: `nftables table ${table}`,
          have: listed.exitCode === 0 ? 'another' : 'absent',
          want: `${args.cidr} leaves under an address of this machine`,
        });
      return differences;
    }),
    routeExternalNetwork: applying(async (args) => {
      const name = externalTableOf(args.box);
      const stdin = `add table ip ${name}\ndelete table ip ${name}\n${tableText(args)}`;
      const outcome = await thisMachine.run(['sh', '-c', loadRules, 'holdfast-external'], { stdin });
      if (outcome.exitCode === 0) return undefined;
      throw new Failure('Rejected', `${args.cidr} cannot be routed`, {
        on: 'this machine',
        cause: outcome.stderr.trim(),
      });
    }),
  };
}

/** As nft prints it: 100 is its place of source NAT. */
const tableText = ({ box, cidr, link }: ExternalNetworkArgs): string => `table ip ${externalTableOf(box)} {
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ip saddr ${cidr} oifname != "${link}" masquerade
  }
}
`;

/** Older and newer nft write a priority as a number or by name, and blanks as they like. */
const wordsOf = (text: string): string =>
  text
    .replaceAll(/priority (srcnat|100)/g, 'priority 100')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');

// SPDX-License-Identifier: Apache-2.0
// Whether OVN has what Neutron of this release reads of each network. Writes nothing: Neutron's maintenance does.
import type { OvnPort } from '../../workflows/ports/cloud/ovn.ts';
import type { Clients } from '../clients/index.ts';
import { observing } from '../step-scope.ts';

/** @source Neutron 26: without it on a network no port is made there (KeyError), and its maintenance adds it */
const typeKey = 'neutron:provnet-network-type';

export function networkTypeActivities({ inside }: Clients): Pick<OvnPort, 'observeNetworkTypes'> {
  return {
    observeNetworkTypes: observing(async ({ box }) => {
      const columns = ['--format=csv', '--no-headings', '--columns=name,external_ids'];
      const text = await inside(box).output([
        'ovn-nbctl',
        '--timeout=10',
        ...columns,
        'list',
        'logical_switch',
      ]);
      const networks = text.split('\n').filter((line) => line.includes('neutron:network_name'));
      return networks
        .filter((line) => !line.includes(typeKey))
        .map((line) => ({ what: line.split(',')[0] ?? '', have: 'no type in OVN', want: 'a type' }));
    }),
  };
}

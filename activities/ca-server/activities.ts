// SPDX-License-Identifier: Apache-2.0
// The activities of an authority's box: a line for each. What each does stands in the files beside this one.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CaServerPort } from '../../workflows/ports/authority/ca-server.ts';
import type { Clients } from '../clients/index.ts';
import { readClaim, takeClaim, type Claim } from '../hosts/claims.ts';
import type { Host } from '../hosts/host.ts';
import { applying, observing } from '../step-scope.ts';
import {
  activateGeneration,
  activationDifferences,
  activationRecordDifferences,
  writeActivation,
} from './activation.ts';
import { programDifferences, provideProgram } from './program.ts';
import { publicationDifferences, publish } from './publication.ts';
import { copyToken, tokenCopyDifferences } from './token.ts';

export function caServerActivities(clients: Clients): CaServerPort {
  const { stateDirectory: state } = clients;
  return {
    observeServerClaim: observing(({ box, cidr }) => claimDifferences(claimOf(box, cidr))),
    claimServer: applying(async ({ box, cidr }) => {
      await takeClaim(claimOf(box, cidr));
      return undefined;
    }),
    observeServerProgram: observing(({ box }, scope) => programDifferences(clients, box, scope)),
    provideServerProgram: applying(({ box }, scope) => provideProgram(clients, box, scope)),
    observeServer: observing(({ box }) => serverDifferences(clients.inside(box))),
    observeTokenImported: observing((args) => tokenCopyDifferences(clients, args)),
    importToken: applying((args) => copyToken(clients, args)),
    observeChainPublished: observing((args) => publicationDifferences(state, args)),
    publishChain: applying((args) => publish(state, args)),
    observeActivated: observing((args, scope) => activationDifferences(clients, args, scope)),
    activateIntermediate: applying((args, scope) => activateGeneration(clients, args, scope)),
    observeActivationRecorded: observing((args) => activationRecordDifferences(clients, args)),
    recordActivation: applying((args) => writeActivation(clients, args)),
  };
}

const claimOf = (box: string, cidr: string): Claim => ({
  box,
  networks: { 'server.network.cidr': cidr },
  address: null,
});

async function claimDifferences(claim: Claim): Promise<Difference[]> {
  const claimed = await readClaim(claim.box);
  if (JSON.stringify(claimed?.networks) === JSON.stringify(claim.networks)) return [];
  return [
    { what: `network of ${claim.box}`, have: 'not claimed', want: Object.values(claim.networks).join() },
  ];
}

async function serverDifferences(host: Host): Promise<Difference[]> {
  const { stdout } = await host.run(['systemctl', 'is-active', 'nginx.service']);
  const have = stdout.trim();
  return have === 'active'
    ? []
    : [{ what: 'web server of the authority', have: have || 'unknown', want: 'active' }];
}

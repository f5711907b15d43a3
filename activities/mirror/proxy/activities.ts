// SPDX-License-Identifier: Apache-2.0
// The activities of a mirror's proxy, each of which hands over to the file that has its effect.
import type { ProxyPort } from '../../../workflows/ports/mirror/proxy.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../step-scope.ts';
import { siteOf, type Site } from '../site.ts';
import { allowlistDifferences, proxyDifferences, setAllowlist } from './allowlist.ts';
import { refusedDestinations, unknownDestinations, unusedHosts, usedDestinations } from './audit.ts';
import { decidedDifferences, decisionDifferences, recordDecision, recordedProxyArgs } from './decision.ts';

export function proxyActivities(clients: Clients): ProxyPort {
  const { stateDirectory } = clients;
  const site = ({ box }: { readonly box: string }): Site => siteOf(clients, box);
  return {
    observeAllowlist: observing((args) => allowlistDifferences(site(args), args)),
    setAllowlist: applying((args) => setAllowlist(site(args), args)),
    observeProxy: observing((args) => proxyDifferences(site(args), args)),
    observeUnknownDestinations: observing((args) => unknownDestinations(site(args), args)),
    observeUsedDestinations: observing((args) => usedDestinations(site(args), args)),
    observeRefusedDestinations: observing((args) => refusedDestinations(site(args), args)),
    observeUnusedHosts: observing((args) => unusedHosts(site(args), args)),
    observeDecision: observing((args, scope) =>
      decisionDifferences(stateDirectory, site(args), scope, Date.now()),
    ),
    recordDecision: applying((args, scope) => recordDecision(stateDirectory, site(args), scope)),
    observeDecided: observing((args, scope) => decidedDifferences(stateDirectory, site(args), scope)),
    observeRecordedAllowlist: observing(async (args) =>
      allowlistDifferences(site(args), await recordedProxyArgs(stateDirectory, args)),
    ),
    setRecordedAllowlist: applying(async (args) =>
      setAllowlist(site(args), await recordedProxyArgs(stateDirectory, args)),
    ),
  };
}

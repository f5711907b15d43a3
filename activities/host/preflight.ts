// SPDX-License-Identifier: Apache-2.0
// Asks whether this machine can hold the box: every finding with its cause and its fix, all at once. Changes nothing.
import { join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { HostPort, PreflightArgs } from '../../workflows/ports/host.ts';
import { readAuthority } from '../clients/secrets/authority.ts';
import { wantedImage } from '../box/image.ts';
import { isComplete } from '../hosts/image-generations.ts';
import { namespaceOf } from '../box/power.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { leaderOf } from '../hosts/local-box.ts';
import { boxDirectory } from '../hosts/places.ts';
import type { Clients } from '../clients/index.ts';
import { observing } from '../step-scope.ts';
import { accessFindings } from './preflight-access.ts';
import { machineFindings, toolFindings } from './preflight-machine.ts';
import { networkFindings } from './preflight-network.ts';
import { placeFindings } from './preflight-places.ts';
import { siteFindings } from './preflight-site.ts';
import { byApt, sourceFindings } from './preflight-sources.ts';

export function preflightActivities({
  cacheDirectory,
  secrets,
  proxies,
}: Clients): Pick<HostPort, 'observePreflight'> {
  return {
    observePreflight: observing(async (args) => {
      const { box } = args;
      const isLive = (await leaderOf(box)) !== null;
      const recorded = await recordedImage(box);
      const wanted = await wantedImage(args, cacheDirectory);
      const isStranger = recorded !== null && (await readAuthority(secrets, box)) === null;
      const groups = await Promise.all([
        toolFindings(),
        // A box that lives has what it needs, unless it is to grow; what it uses would be counted against it.
        isLive && recorded === wanted ? [] : machineFindings(args, [boxDirectory(box), cacheDirectory]),
        isLive ? [] : placeFindings([boxDirectory(box), cacheDirectory]),
        networkFindings(args, namespaceOf(box)),
        accessFindings(args),
        (await isComplete(wanted)) ? [] : packageFindings(args, proxies),
      ]);
      return [...groups.flat(), ...(isStranger ? [strangersBox(box)] : [])];
    }),
  };
}

/** A site is asked for every package; of what lies beyond this machine it is enough that it answers. */
function packageFindings(
  { sources, site, packages }: PreflightArgs,
  proxies: Clients['proxies'],
): Promise<Difference[]> {
  return site === undefined ? sourceFindings(sources, byApt(proxies)) : siteFindings(site, packages);
}

function strangersBox(box: string): Difference {
  return {
    what: `box ${box} exists here, but its secrets are not in this state directory`,
    have: join(boxDirectory(box), 'image'),
    want: 'restore its backup first (holdfast restore FILE), or choose another name',
  };
}

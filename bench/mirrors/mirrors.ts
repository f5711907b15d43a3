// SPDX-License-Identifier: Apache-2.0
// Mirrors against aptly, skopeo and curl, on generated upstreams on loopback: what is fetched twice, what a look costs, what clients
// see, how fast it goes, what a medium carries. Asserts nothing.
import { benchBundles, type CarriedBytes } from './bundles.ts';
import type { KilledFetches } from './killed-tools.ts';
import { benchKills } from './kills.ts';
import { benchManyFiles, type ManyFiles } from './many-files.ts';
import { benchPublishes, type Publications } from './publishes.ts';
import { benchThroughput, type Throughput } from './throughput.ts';
import { benchUnchanged, type Unchanged } from './unchanged.ts';

export interface MirrorTimes {
  readonly kills: readonly KilledFetches[];
  readonly unchanged: Unchanged;
  readonly throughput: readonly Throughput[];
  readonly many: readonly ManyFiles[];
  readonly bundles: readonly CarriedBytes[];
  readonly publications: Publications;
}

/** `rounds`: publications; a tenth of them once more, killed. A hundred take some five minutes, a thousand most of an hour. */
export async function benchMirrors(rounds: number): Promise<MirrorTimes> {
  return {
    throughput: await benchThroughput(5),
    unchanged: await benchUnchanged(5),
    kills: await benchKills(100),
    many: await benchManyFiles(),
    bundles: await benchBundles(),
    publications: await benchPublishes(rounds, Math.ceil(rounds / 10)),
  };
}

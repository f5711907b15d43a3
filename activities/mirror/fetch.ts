// SPDX-License-Identifier: Apache-2.0
// Fetches the packages of a plan, reads them again, and mends what the disk lost. Chooses none.
import { amountOf, bytesText, type WantedContent } from '../../workflows/contracts/mirror/content.ts';
import type { DebPlan } from '../../workflows/contracts/mirror/deb-pins.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { DebArgs } from '../../workflows/ports/mirror.ts';
import { fetchAll, missingOf } from '../clients/content/fetch-all.ts';
import { Detached, type StepScope } from '../step-scope.ts';
import { budgetOf, readMarked, storeOf, type Site } from './site.ts';

/** @source an attempt may take 4 h: after 3 it lets go, so that Temporal begins another one and no try is counted */
const fetchMilliseconds = 3 * 3600 * 1000;

export async function missingDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const { packages } = await readMarked<DebPlan>(site, scope.context, 'deb.plan');
  const missing = await missingOf(storeOf(site), packages);
  if (missing.length === 0) return [];
  const { files, bytes } = amountOf(missing);
  return [{ what: 'packages', have: `${files} missing, ${bytesText(bytes)}`, want: 'all here' }];
}

export async function fetchPlanned(site: Site, { limits }: DebArgs, scope: StepScope): Promise<string> {
  const { packages } = await readMarked<DebPlan>(site, scope.context, 'deb.plan');
  const bytes = await fetched(site, packages, limits, scope);
  return `${bytesText(bytes)} fetched`;
}

/** Damaged files by their names; a file that is not there is missing. */
export async function unsoundDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const { packages } = await readMarked<DebPlan>(site, scope.context, 'deb.plan');
  const differences: Difference[] = [];
  for (const [index, each] of packages.entries()) {
    if (scope.signal.aborted) throw new Detached();
    const soundness = await storeOf(site).soundness(each);
    if (soundness !== 'sound')
      differences.push({
        what: `stored file of ${each.name} ${each.version}`,
        have: soundness,
        want: 'sound',
      });
    if (index % 100 === 0) scope.tell(`${index} of ${packages.length} packages read`);
  }
  return differences;
}

export async function repair(site: Site, { limits }: DebArgs, scope: StepScope): Promise<string> {
  const { packages } = await readMarked<DebPlan>(site, scope.context, 'deb.plan');
  const store = storeOf(site);
  const rotten: WantedContent[] = [];
  for (const each of packages) if ((await store.soundness(each)) === 'rotten') rotten.push(each);
  for (const { digest } of rotten) await store.remove(digest);
  await fetched(site, packages, limits, scope);
  return `${rotten.length} damaged files replaced`;
}

async function fetched(
  site: Site,
  contents: readonly WantedContent[],
  limits: DebArgs['limits'],
  { signal, tell }: StepScope,
): Promise<number> {
  const deadline = AbortSignal.timeout(fetchMilliseconds);
  try {
    return await fetchAll(storeOf(site), contents, {
      budget: budgetOf(site, limits),
      signal,
      tell,
      deadline,
    });
  } catch (error) {
    // What came stays: the next attempt goes on from there.
    if (signal.aborted || deadline.aborted) throw new Detached();
    throw error;
  }
}

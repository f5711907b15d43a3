// SPDX-License-Identifier: Apache-2.0
// Fetches the contents of a plan of any kind, reads them again, and removes what the disk lost. Chooses none.
import {
  amountOf,
  bytesText,
  type Content,
  type WantedContent,
} from '../../workflows/contracts/mirror/content.ts';
import type { UpstreamLimit } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { fetchAll, missingOf, type FetchAll } from '../clients/content/fetch-all.ts';
import { Detached, type StepScope } from '../step-scope.ts';
import { budgetOf, storeOf, type Site } from './site.ts';

/** A content as people know it. */
export interface NamedContent extends Content {
  readonly name: string;
}

export async function missingContents(
  site: Site,
  what: string,
  contents: readonly WantedContent[],
): Promise<Difference[]> {
  const missing = await missingOf(storeOf(site), contents);
  if (missing.length === 0) return [];
  const { files, bytes } = amountOf(missing);
  return [{ what, have: `${files} missing, ${bytesText(bytes)}`, want: 'all here' }];
}

/** Reads every file: damaged ones and missing ones by their names. @throws Detached */
export async function unsoundContents(
  site: Site,
  contents: readonly NamedContent[],
  { signal, tell }: StepScope,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [index, each] of contents.entries()) {
    if (signal.aborted) throw new Detached();
    const soundness = await storeOf(site).soundness(each);
    if (soundness !== 'sound')
      differences.push({ what: `stored file of ${each.name}`, have: soundness, want: 'sound' });
    if (index % 100 === 0) tell(`${index} of ${contents.length} files read`);
  }
  return differences;
}

/** What is fetched anew then. Returns how many were damaged. */
export async function removeRotten(site: Site, contents: readonly Content[]): Promise<number> {
  const store = storeOf(site);
  let count = 0;
  for (const each of contents) {
    if ((await store.soundness(each)) !== 'rotten') continue;
    await store.remove(each.digest);
    count += 1;
  }
  return count;
}

/** @source an attempt may take 4 h: after 3 it lets go, so that Temporal begins another one and no try is counted */
const fetchMilliseconds = 3 * 3600 * 1000;

/** Returns how many bytes came. What came stays: the next attempt goes on from there. @throws Failure, Detached */
export async function fetchContents(
  site: Site,
  contents: readonly WantedContent[],
  limits: readonly UpstreamLimit[],
  { signal, tell }: StepScope,
  headersOf?: FetchAll['headersOf'],
): Promise<number> {
  const deadline = AbortSignal.timeout(fetchMilliseconds);
  try {
    return await fetchAll(storeOf(site), contents, {
      budget: budgetOf(site, limits),
      signal,
      tell,
      headersOf,
      deadline,
    });
  } catch (error) {
    if (signal.aborted || deadline.aborted) throw new Detached();
    throw error;
  }
}

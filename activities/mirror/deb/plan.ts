// SPDX-License-Identifier: Apache-2.0
// Plans which packages a refresh needs, from the pinned indexes; and says what of them is not here. Fetches no package.
import { join } from 'node:path';
import { amountOf, hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import {
  dependencyTextOf,
  planSource,
  type ReadIndex,
} from '../../../workflows/contracts/mirror/deb/plan.ts';
import type { DebPins, DebPlan, PlannedPackage } from '../../../workflows/contracts/mirror/deb/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DebArgs, DebSourceArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import { missingOf } from '../../clients/content/fetch-all.ts';
import { readIndex } from '../../clients/deb/read-index.ts';
import { Failure } from '../../clients/failure.ts';
import { writeFileAtomically } from '../../clients/state/local-files.ts';
import { parseObject, readDerived } from '../../clients/state/records.ts';
import type { StepScope } from '../../step-scope.ts';
import { amountText, toFetchText } from '../amounts.ts';
import { readUpstreams } from './pins.ts';
import { isMarked, readMarked, readStored, storeMarked, storeOf, type Site } from '../site.ts';

export async function planDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  if (await isMarked(site, scope.context, 'deb.plan')) return [];
  return [{ what: 'plan of packages', have: 'none of this run', want: 'written' }];
}

export async function writePlanOf(site: Site, args: DebArgs, scope: StepScope): Promise<string> {
  const pins = await readMarked<DebPins>(site, scope.context, 'deb.pins');
  const plan = await rememberedPlan(site, args, pins);
  const digest = await storeMarked(site, scope.context, 'deb.plan', plan);
  const missing = await missingOf(storeOf(site), plan.packages);
  return `plan ${digest.slice(0, 16)}: ${amountText(plan.packages)}; to fetch: ${toFetchText(missing)}`;
}

/** What a refresh would fetch now, a difference for each source. */
export async function refreshDifferences(site: Site, args: DebArgs, scope: StepScope): Promise<Difference[]> {
  const pins = await readUpstreams(site, args, scope);
  const { packages } = await rememberedPlan(site, args, pins);
  const differences: Difference[] = [];
  for (const { name } of args.sources) {
    const wanted = packages.filter(({ source }) => source === name);
    const missing = await missingOf(storeOf(site), wanted);
    if (missing.length === 0) continue;
    differences.push({
      what: `packages of ${name}`,
      have: `${amountOf(wanted).files - missing.length} of ${amountText(wanted)}`,
      want: `fetch ${toFetchText(missing)}`,
    });
  }
  return differences;
}

/** Of what the plan is made: another number for another way to choose. */
const planFormat = 1;

/** The last plan, when the same sources said the same: reading indexes of 60,000 packages anew takes seconds. */
async function rememberedPlan(site: Site, args: DebArgs, pins: DebPins): Promise<DebPlan> {
  const path = join(site.data, sitePaths.upstream, 'deb-plan.json');
  const of = sha256(Buffer.from(JSON.stringify([planFormat, args.sources, pins])));
  const last = await readDerived(path, parseRemembered);
  if (last !== null && last !== 'damaged' && last.of === of) {
    const found = await readStored<DebPlan>(site, last.digest).catch(noneWhenRejected);
    if (found !== null) return found;
  }
  const plan = await planOf(site, args, pins);
  const { digest } = await storeOf(site).put(Buffer.from(JSON.stringify(plan)));
  await writeFileAtomically(path, `${JSON.stringify({ of, digest })}\n`, 0o600);
  return plan;
}

function parseRemembered(text: string): { readonly of: string; readonly digest: string } {
  const { of, digest } = parseObject(text);
  if (typeof of === 'string' && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest))
    return { of, digest };
  throw new Error('not a note of a plan');
}

/** A stored plan that is gone or damaged is made anew. */
function noneWhenRejected(error: unknown): null {
  if (error instanceof Failure && error.code === 'Rejected') return null;
  throw error;
}

/** @throws Failure PreconditionFailed naming the packages that no index has */
async function planOf(site: Site, { sources }: DebArgs, pins: DebPins): Promise<DebPlan> {
  const packages: PlannedPackage[] = [];
  for (const source of sources) {
    const pinned = pins.sources.find((each) => each.source === source.name);
    const indexes: ReadIndex[] = [];
    for (const { suite, indexes: pinnedIndexes } of pinned?.suites ?? [])
      for (const index of pinnedIndexes)
        indexes.push({
          suite,
          architecture: index.architecture,
          packages: await readIndex(storeOf(site), index),
        });
    const planned = planSource(source, source.url, indexes);
    if (planned.unmet.length > 0) throw unmetFailure(source, planned.unmet.map(dependencyTextOf));
    packages.push(...planned.packages);
  }
  return { packages };
}

function unmetFailure({ name, url, suites }: DebSourceArgs, unmet: readonly string[]): Failure {
  const shown = unmet.slice(0, 5).join('; ');
  return new Failure('PreconditionFailed', `${name} does not have every package that is wanted`, {
    on: `${hostOfUrl(url)} ${suites.join(', ')}`,
    cause: unmet.length > 5 ? `${shown}; and ${unmet.length - 5} more` : shown,
    hint: 'Correct packages or suites in the file of the mirror, or set dependencies: none, then holdfast mirrors install FILE',
  });
}

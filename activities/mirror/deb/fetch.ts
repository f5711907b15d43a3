// SPDX-License-Identifier: Apache-2.0
// The packages of a run's plan: fetched, read again, mended.
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import type { DebPlan } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DebArgs } from '../../../workflows/ports/mirror/mirror.ts';
import type { StepScope } from '../../step-scope.ts';
import { fetchContents, missingContents, removeRotten, unsoundContents } from '../contents.ts';
import { readMarked, type Site } from '../site.ts';

const packagesOf = async (site: Site, { context }: StepScope): Promise<DebPlan['packages']> =>
  (await readMarked<DebPlan>(site, context, 'deb.plan')).packages;

export async function missingDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return missingContents(site, 'packages', await packagesOf(site, scope));
}

export async function fetchPlanned(site: Site, { limits }: DebArgs, scope: StepScope): Promise<string> {
  const bytes = await fetchContents(site, await packagesOf(site, scope), limits, scope);
  return `${bytesText(bytes)} fetched`;
}

/** Damaged files by their names; a file that is not there is missing. */
export async function unsoundDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const packages = await packagesOf(site, scope);
  return unsoundContents(
    site,
    packages.map(({ name, version, digest, size }) => ({ name: `${name} ${version}`, digest, size })),
    scope,
  );
}

export async function repair(site: Site, { limits }: DebArgs, scope: StepScope): Promise<string> {
  const packages = await packagesOf(site, scope);
  const count = await removeRotten(site, packages);
  await fetchContents(site, packages, limits, scope);
  return `${count} damaged files replaced`;
}
